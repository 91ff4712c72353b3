/** The environment of the process that runs cells: what programs need to work, and nothing that may be a secret of whoever started the kernel. */

const names = new Set(['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TERM', 'TMPDIR', 'TMP', 'TEMP', 'PWD', 'JAVA_HOME', 'DOCKER_HOST', 'CI', 'NO_COLOR', 'FORCE_COLOR', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SYSTEMROOT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'COMSPEC', 'PATHEXT'])
const prefixes = ['MICROLOTE_', 'TESTCONTAINERS_', 'LC_']
const services = /^(KAFKA|MONGO|MONGODB|REDIS|POSTGRES|PG|MYSQL|SPARK)[A-Z0-9_]*$/
const secret = /(TOKEN|SECRET|PASS|PWD|CREDENTIAL|PRIVATE|AUTH|COOKIE|API_?KEY|ACCESS_?KEY|SIGNING)/

/** Addresses of services pass, names that sound like secrets do not; `MICROLOTE_PASS_ENV=NAME,NAME` lets more through. */
export function childEnvironment(parent: NodeJS.ProcessEnv, more: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const asked = new Set((parent['MICROLOTE_PASS_ENV'] ?? '').split(',').map(n => n.trim()).filter(n => n !== ''))
  const passes = (name: string): boolean => asked.has(name) || names.has(name.toUpperCase()) || ((prefixes.some(p => name.startsWith(p)) || services.test(name)) && !secret.test(name.replace('MICROLOTE_PASS_ENV', '')))
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries({ ...Object.fromEntries(Object.entries(parent).filter(([n]) => passes(n))), ...more })) if (value !== undefined) out[name] = value
  return out
}
