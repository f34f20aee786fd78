// The door to the guarded file writer.
export type {
  ChangedFile,
  FileChange,
  FileChangeRequest,
  FileChangeResult,
  FileForesight,
  FileRead,
  FileRefusal,
  FileWriter,
} from './file-change.ts';
export { createFileWriter, type FileWriterParts } from './file-writer.ts';
