export { seatbeltBackend, type SeatbeltOptions } from './seatbelt-backend.ts';
