// A request that cannot be served, on its way to the answer.
import { errorCodes, type RefusalKind, type RpcErrorBody, type RpcErrorKind } from './protocol/errors.ts';

export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly kind: RpcErrorKind;
  readonly refusal: RefusalKind | undefined;
  readonly hint: string | undefined;

  constructor(
    kind: RpcErrorKind,
    message: string,
    { refusal, hint }: { readonly refusal?: RefusalKind; readonly hint?: string | undefined } = {},
  ) {
    super(message);
    this.kind = kind;
    this.refusal = refusal;
    this.hint = hint;
  }

  get body(): RpcErrorBody {
    const { kind, refusal, hint, message } = this;
    return {
      code: errorCodes[kind],
      message,
      data: {
        kind,
        ...(refusal === undefined ? {} : { refusal }),
        ...(hint === undefined ? {} : { hint }),
      },
    };
  }
}
