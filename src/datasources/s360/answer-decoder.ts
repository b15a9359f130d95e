import { SaxesParser, type SaxesTagNS } from 'saxes';
import type { Member, Shape } from './answer-shape.js';

const SOAP_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';
const XSI_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';
const MAX_DEPTH = 64;
/** Names of unknown members are kept for the report. */
const MAX_NAME = 200;
const MAX_FAULT_CODE = 200;
/** Between two tags, or inside one: no text of S-360 is near it, and saxes would keep it whole. */
const MAX_TEXT = 1024 * 1024;
/** Of an element that is taken out of the stream: it is in memory as a whole. */
const MAX_ITEM = 8 * 1024 * 1024;

/** A decoded element: text, a boolean, a list, or an object without prototype. Absent and nil members are not there. */
export type WireValue = string | boolean | WireObject | readonly WireValue[];
export interface WireObject {
  readonly [member: string]: WireValue | undefined;
}

/** Told of each member that the description does not have. */
export type OnUnknownMember = (path: string) => void;

/** Takes elements out of the stream as soon as they are complete, so that a large answer is never whole in memory. */
export interface ItemTap {
  /** Dotted path below the result class, for example `catalogData.seasons.products`. */
  readonly path: string;
  /** `parent` is the element around it as far as it was read. */
  readonly onItem: (item: WireObject, parent: WireObject) => void;
}

export interface DecoderOptions {
  /** Namespace of the service. */
  readonly namespace: string;
  /** For example `getPOSConfigResponse`. */
  readonly responseElement: string;
  /** The one element inside it, for example `POSConfigResult`. */
  readonly resultElement: string;
  readonly resultShape: Shape;
  readonly onUnknownMember?: OnUnknownMember;
  readonly tap?: ItemTap;
}

/** The answer is not XML, not this answer, or hostile. */
export class MalformedAnswerError extends Error {}

/** The answer is a SOAP fault. */
export class SoapFaultAnswer extends Error {
  constructor(
    /** Local name, for example `Server` or `FailedAuthentication`. */
    readonly faultCode: string,
  ) {
    super(`SOAP fault ${faultCode}`);
  }
}

interface Frame {
  readonly name: string;
  /** Null below an unknown member: nothing is kept. */
  readonly of: Member['of'] | null;
  readonly value: Record<string, WireValue> | null;
  readonly path: string;
  readonly isNil: boolean;
  text: string;
}

/**
 * Reads one SOAP 1.1 answer as it arrives, piece by piece, into objects typed by the service description. Refuses
 * document types (and so entities of one's own), more than 64 levels, and everything that is not the promised
 * response in the promised namespace. Throws MalformedAnswerError or SoapFaultAnswer from `write` or `end`.
 */
export class AnswerDecoder {
  private readonly parser = new SaxesParser({ xmlns: true, position: false });
  private readonly frames: Frame[] = [];
  private depth = 0;
  /** Characters so far; those before the last tag; those before the item that is being read. */
  private read = 0;
  private readAtTag = 0;
  private readAtItem: number | null = null;
  private isInBody = false;
  private result: WireObject | null = null;
  private isResultNamed = false;
  private fault: { code: string; element: string; text: string } | null = null;

  constructor(private readonly options: DecoderOptions) {
    this.parser.on('doctype', () => refuse('it has a document type'));
    this.parser.on('error', (error) => refuse(`it is not well-formed XML (${kindOf(error)})`));
    this.parser.on('opentag', (tag) => this.open(tag));
    this.parser.on('closetag', () => this.close());
    const onText = (text: string): void => this.addText(text);
    this.parser.on('text', onText);
    this.parser.on('cdata', onText);
  }

  write(text: string): void {
    this.read += text.length;
    this.parser.write(text);
    if (this.read - this.readAtTag > MAX_TEXT) refuse(`it has a text of more than ${MAX_TEXT} characters`);
    if (this.readAtItem !== null && this.read - this.readAtItem > MAX_ITEM) {
      refuse(`it has an element of more than ${MAX_ITEM} characters`);
    }
  }

  /** The result class's content. */
  end(): WireObject {
    this.parser.close();
    if (this.fault !== null) throw new SoapFaultAnswer(this.fault.code || 'unknown');
    if (this.result === null) refuse(`it has no ${this.options.responseElement} with a result in it`);
    return this.result;
  }

  private open(tag: SaxesTagNS): void {
    this.depth += 1;
    this.readAtTag = this.read;
    if (this.depth > MAX_DEPTH) refuse(`it is more than ${MAX_DEPTH} levels deep`);
    if (tag.name.length > MAX_NAME) refuse(`it has a name of more than ${MAX_NAME} characters`);
    if (this.fault !== null) {
      // What lies deeper is detail, which may hold a code of its own.
      if (this.depth === 4) {
        this.fault.element = tag.local;
        this.fault.text = '';
      }
    } else if (this.depth === 1) {
      expectElement(tag, 'Envelope', SOAP_NAMESPACE);
    } else if (this.depth === 2) {
      // What a header holds is of no use to us.
      this.isInBody = !(tag.local === 'Header' && tag.uri === SOAP_NAMESPACE);
      if (this.isInBody) expectElement(tag, 'Body', SOAP_NAMESPACE);
    } else if (this.isInBody && this.depth === 3) {
      this.openBodyChild(tag);
    } else if (this.isInBody && this.depth === 4) {
      this.openResult(tag);
    } else if (this.frames.length > 0) {
      this.openMember(tag);
    }
  }

  private openBodyChild(tag: SaxesTagNS): void {
    if (tag.local === 'Fault' && tag.uri === SOAP_NAMESPACE) this.fault = { code: '', element: '', text: '' };
    else expectElement(tag, this.options.responseElement, this.options.namespace);
  }

  /** The name of the result class is our guess for some methods, its place is not: an element that has only the place counts too. */
  private openResult(tag: SaxesTagNS): void {
    const isNamed = tag.local === this.options.resultElement;
    if (!isNamed) this.options.onUnknownMember?.(tag.local);
    const isWanted = isNamed ? !this.isResultNamed : this.result === null;
    this.isResultNamed ||= isNamed;
    this.frames.push(frameOf(tag.local, isWanted ? this.options.resultShape : null, '', isMarkedNil(tag)));
  }

  private openMember(tag: SaxesTagNS): void {
    const parent = this.frames.at(-1)!;
    const path = parent.path === '' ? tag.local : `${parent.path}.${tag.local}`;
    const shape = parent.of instanceof Map ? parent.of : null;
    if (path === this.options.tap?.path) this.readAtItem = this.read;
    const member = tag.uri === '' || tag.uri === this.options.namespace ? shape?.get(tag.local) : undefined;
    if (member === undefined && shape !== null) this.options.onUnknownMember?.(path);
    this.frames.push(frameOf(tag.local, member?.of ?? null, path, isMarkedNil(tag)));
  }

  private close(): void {
    this.depth -= 1;
    this.readAtTag = this.read;
    if (this.fault !== null) {
      if (this.depth === 3 && this.fault.element === 'faultcode')
        this.fault.code = this.fault.text.trim().slice(0, MAX_FAULT_CODE).replace(/^.*:/, '');
      return;
    }
    const frame = this.frames.pop();
    if (frame === undefined) return;
    const parent = this.frames.at(-1);
    const value = valueOf(frame);
    if (parent === undefined) {
      if (frame.of !== null) this.result = (value ?? Object.create(null)) as WireObject;
      return;
    }
    const isItem = frame.path === this.options.tap?.path;
    if (isItem) this.readAtItem = null;
    if (value === undefined || parent.value === null) return;
    if (isItem) {
      this.options.tap?.onItem(value as WireObject, parent.value);
      return;
    }
    const isList = (parent.of as Shape).get(frame.name)!.isList;
    if (!isList) parent.value[frame.name] = value;
    else ((parent.value[frame.name] ??= []) as WireValue[]).push(value);
  }

  private addText(text: string): void {
    if (this.fault !== null) {
      if (this.fault.text.length < MAX_FAULT_CODE) this.fault.text += text;
      return;
    }
    const frame = this.frames.at(-1);
    if (typeof frame?.of === 'string') frame.text += text;
  }
}

function frameOf(name: string, of: Member['of'] | null, path: string, isNil: boolean): Frame {
  const value = of instanceof Map ? (Object.create(null) as Record<string, WireValue>) : null;
  return { name, of, value, path, isNil, text: '' };
}

/** Undefined for what is unknown or nil. */
function valueOf(frame: Frame): WireValue | undefined {
  if (frame.isNil || frame.of === null) return undefined;
  if (frame.of === 'text') return frame.text;
  if (typeof frame.of === 'string') {
    const token = frame.text.trim();
    if (token === '') return undefined;
    return frame.of === 'token' ? token : token === 'true' || token === '1';
  }
  for (const [name, member] of frame.of) {
    if (member.isList) frame.value![name] ??= [];
  }
  return frame.value!;
}

function isMarkedNil(tag: SaxesTagNS): boolean {
  return Object.values(tag.attributes).some(
    ({ uri, local, value }) =>
      uri === XSI_NAMESPACE && local === 'nil' && (value === 'true' || value === '1'),
  );
}

function expectElement(tag: SaxesTagNS, local: string, namespace: string): void {
  if (tag.local === local && tag.uri === namespace) return;
  refuse(`expected {${namespace}}${local}, got {${plain(tag.uri)}}${plain(tag.local)}`);
}

/** A name for a message: S-360's own text stays out of messages. */
function plain(name: string): string {
  return /^[\w:/.#-]{0,100}$/.test(name) ? name : '…';
}

/** saxes puts its own words first, then after a colon what it read. */
function kindOf({ message }: Error): string {
  return message.split(':', 1)[0]!.slice(0, 80);
}

function refuse(reason: string): never {
  throw new MalformedAnswerError(reason);
}
