/** Spark's functions of XML texts: paths of XPath 1.0 over them. */
import { call, columnNamed, type Column, type ColumnOrName } from '../column.ts'

const along = (name: string) => (xml: ColumnOrName, path: ColumnOrName): Column => call(name, columnNamed(xml), columnNamed(path))

/** The texts of the nodes that a path of XPath 1.0 finds in XML, as an array; an element itself has none, `text()` is its text. The path is a constant. Throws MICROLOTE_XML_MALFORMED for a text that is no XML, MICROLOTE_XPATH_INVALID for a path that is none or finds no nodes. `F.xpath("x", F.lit("a/b/text()"))` */
export function xpath(xml: ColumnOrName, path: ColumnOrName): Column { return along('xpath')(xml, path) }
/** Whether a path of XPath 1.0 finds a node, or what the expression says. `F.xpath_boolean("x", F.lit("a/b[@k = 2]"))` */
export function xpath_boolean(xml: ColumnOrName, path: ColumnOrName): Column { return along('xpath_boolean')(xml, path) }
/** The number of what a path of XPath 1.0 finds first, a DOUBLE: NaN where it finds nothing or no number. `F.xpath_double("x", F.lit("sum(a/b)"))` */
export function xpath_double(xml: ColumnOrName, path: ColumnOrName): Column { return along('xpath_double')(xml, path) }
/** The same as xpath_double. `F.xpath_number("x", F.lit("a/b"))` */
export function xpath_number(xml: ColumnOrName, path: ColumnOrName): Column { return along('xpath_number')(xml, path) }
/** The number of what a path of XPath 1.0 finds first, as FLOAT. `F.xpath_float("x", F.lit("a/b"))` */
export function xpath_float(xml: ColumnOrName, path: ColumnOrName): Column { return along('xpath_float')(xml, path) }
/** The whole part of the number that a path of XPath 1.0 finds, an INT: 0 where it is none, the greatest or least INT where it is beyond. `F.xpath_int("x", F.lit("count(a/b)"))` */
export function xpath_int(xml: ColumnOrName, path: ColumnOrName): Column { return along('xpath_int')(xml, path) }
/** The whole part of the number that a path of XPath 1.0 finds, a BIGINT: 0 where it is none. `F.xpath_long("x", F.lit("a/b"))` */
export function xpath_long(xml: ColumnOrName, path: ColumnOrName): Column { return along('xpath_long')(xml, path) }
/** The whole part of the number that a path of XPath 1.0 finds, a SMALLINT: the lower 16 bits of what xpath_int gives. `F.xpath_short("x", F.lit("a/b"))` */
export function xpath_short(xml: ColumnOrName, path: ColumnOrName): Column { return along('xpath_short')(xml, path) }
/** The text of what a path of XPath 1.0 finds first, with all texts within it; '' where it finds nothing. `F.xpath_string("x", F.lit("a/b"))` */
export function xpath_string(xml: ColumnOrName, path: ColumnOrName): Column { return along('xpath_string')(xml, path) }
