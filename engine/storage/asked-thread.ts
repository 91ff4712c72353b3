/** A thread that is asked while the caller waits: a plan's schema must be known at once, and what is outside answers only later. */
import { MessageChannel, receiveMessageOnPort, Worker, workerData, type MessagePort } from 'node:worker_threads'
import { errorOf, failureOf, type Failure } from './thread-errors.ts'

type Answer = { readonly value: unknown } | Failure
interface Seat { readonly microloteSeat: { readonly module: string; readonly port: MessagePort; readonly done: Int32Array } }

/** How long to wait, and the errors when no answer comes and when what answers fails without a condition. */
export interface Waiting { readonly limitMs: number; silent(reason: string): Error; failed(reason: string): Error }

export class AskedThread<Question> {
  readonly #module: string
  #worker: Worker | null = null
  #port: MessagePort | null = null
  #done: Int32Array = new Int32Array(0)

  /** `module` is the URL of the module that calls `answerQuestions`; nothing starts before the first question. */
  constructor(module: string) { this.#module = module }

  /** The answer to a question. Blocks until it is there. Throws the condition that the other side threw, or what `waiting` says. */
  ask(question: Question, waiting: Waiting): unknown {
    const port = this.#port ?? this.#start()
    port.postMessage(question)
    const seen = Atomics.wait(this.#done, 0, 0, waiting.limitMs)
    const answer = (receiveMessageOnPort(port) as { message: Answer } | undefined)?.message
    Atomics.store(this.#done, 0, 0)
    if (answer === undefined) {
      // A late answer must not be taken for that to the next question.
      this.#end()
      throw waiting.silent(seen === 'timed-out' ? `no answer in ${waiting.limitMs} ms` : 'the thread that asked ended')
    }
    if ('value' in answer) return answer.value
    throw errorOf(answer, reason => waiting.failed(reason))
  }

  // Neither the thread nor its port keeps the process alive.
  #start(): MessagePort {
    const { port1, port2 } = new MessageChannel()
    this.#done = new Int32Array(new SharedArrayBuffer(4))
    this.#worker = new Worker(new URL(this.#module), { workerData: { microloteSeat: { module: this.#module, port: port2, done: this.#done } } satisfies Seat, transferList: [port2], execArgv: [], stderr: false })
    this.#worker.unref()
    port1.unref()
    return (this.#port = port1)
  }

  #end(): void {
    void this.#worker?.terminate()
    this.#port?.close()
    this.#worker = this.#port = null
  }
}

/** Answers the questions of this module's `AskedThread` when the module runs in that thread; does nothing elsewhere. */
export function answerQuestions<Question>(module: string, answer: (question: Question) => Promise<unknown>): void {
  const seat = (workerData as Partial<Seat> | null)?.microloteSeat
  if (seat?.module !== module) return
  const answered = async (question: Question): Promise<Answer> => {
    try { return { value: await answer(question) } } catch (e) { return failureOf(e) }
  }
  seat.port.on('message', (question: Question) => {
    void answered(question).then(result => {
      seat.port.postMessage(result)
      Atomics.store(seat.done, 0, 1)
      Atomics.notify(seat.done, 0)
    })
  })
}
