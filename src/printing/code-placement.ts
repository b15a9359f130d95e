import type { BarcodeModules } from './barcode.js';
import { MM } from './millimetres.js';

/** Where a code may stand, in points, and on which printer. */
export interface CodeRoom {
  readonly width: number;
  readonly height: number;
  /** Width of a printer's dot: modules are whole dots, so that no bar is a dot wider than its neighbour. */
  readonly dot: number;
  /** Fewest dots of a module: a quarter of a millimetre where it can be, which every reader at an entrance tells apart. */
  readonly fewestDots: number;
  /** A linear code too wide for it may go along it, as a roll is as long as it needs to be. */
  readonly isRoll: boolean;
}

/** Points for each module. */
export interface PlacedCode {
  readonly moduleWidth: number;
  readonly moduleHeight: number;
  /** By a quarter of a turn, its bars across the roll. */
  readonly isTurned: boolean;
  /** On the page, quiet zone included. */
  readonly width: number;
  readonly height: number;
}

/** A square code is drawn about this wide: larger is not read sooner. */
const SQUARE_SIDE = 44 * MM;
/** Bars of a linear code: high enough to be swept by hand, and no module wider than this. */
const LINEAR_HEIGHT = 20 * MM;
const LINEAR_MODULE = 0.38 * MM;

/** As large as the room and good measure allow; null when its modules would be too small to be read. */
export function placeCode(code: BarcodeModules, room: CodeRoom): PlacedCode | null {
  if (code.symbology !== 'CODE128') return placeMatrix(code, room);
  return placeLinear(code, room) ?? (room.isRoll ? turnLinear(code, room) : null);
}

function placeMatrix(code: BarcodeModules, room: CodeRoom): PlacedCode | null {
  const isSquare = code.width === code.height;
  const most = isSquare ? Math.min(SQUARE_SIDE, room.width) : room.width;
  const dots = Math.floor(Math.min(most / code.width, room.height / code.height) / room.dot + ROUNDING);
  if (dots < room.fewestDots) return null;
  const module = dots * room.dot;
  return {
    moduleWidth: module,
    moduleHeight: module,
    isTurned: false,
    width: code.width * module,
    height: code.height * module,
  };
}

function placeLinear(code: BarcodeModules, room: CodeRoom): PlacedCode | null {
  const dots = Math.floor(Math.min(room.width / code.width, LINEAR_MODULE) / room.dot + ROUNDING);
  if (dots < room.fewestDots) return null;
  const height = Math.min(LINEAR_HEIGHT, room.height);
  const moduleWidth = dots * room.dot;
  return {
    moduleWidth,
    moduleHeight: height / code.height,
    isTurned: false,
    width: code.width * moduleWidth,
    height,
  };
}

function turnLinear(code: BarcodeModules, room: CodeRoom): PlacedCode {
  const moduleWidth = room.fewestDots * room.dot;
  const moduleHeight = LINEAR_HEIGHT / code.height;
  return {
    moduleWidth,
    moduleHeight,
    isTurned: true,
    width: LINEAR_HEIGHT,
    height: code.width * moduleWidth,
  };
}

/** Of lengths that are whole dots but for the last binary digit. */
const ROUNDING = 1e-6;
