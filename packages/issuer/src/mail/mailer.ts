import { createTransport, type Transporter } from 'nodemailer';
import type { IssuerLog } from '../issuer-log.ts';

/** Milliseconds. */
const CONNECT_TIMEOUT = 10_000;
const ANSWER_TIMEOUT = 20_000;
/** Mails on their way at once, tries of each, and how long before the next; milliseconds. */
const MAX_UNDER_WAY = 200;
const PAUSES = [1_000, 5_000, 30_000] as const;

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface MailerOptions {
  /** The sender, as mails show it. */
  readonly from: string;
  /** `smtp://…`, `smtps://…` or `log`. */
  readonly smtp: string;
  readonly logger: IssuerLog;
  /** Told what became of each. */
  readonly onOutcome: (outcome: 'sent' | 'failed' | 'dropped') => void;
}

/**
 * Sends mails in the background: who asks for one must not learn from the time that it takes whether there was anybody to
 * send it to. What a restart loses is asked for again.
 */
export class Mailer {
  readonly #options: MailerOptions;
  readonly #transport: Transporter | undefined;
  #underWay = 0;

  constructor(options: MailerOptions) {
    this.#options = options;
    this.#transport = options.smtp === 'log' ? undefined : createTransport(transportOf(options.smtp));
  }

  /** @returns false when too many are on their way: it will not be sent */
  send(mail: Mail): boolean {
    const { logger } = this.#options;
    if (this.#underWay >= MAX_UNDER_WAY) {
      logger.error({ waiting: this.#underWay, subject: mail.subject }, 'too many mails wait: one is dropped');
      this.#options.onOutcome('dropped');
      return false;
    }
    this.#underWay += 1;
    void this.#deliver(mail)
      .then(
        () => this.#options.onOutcome('sent'),
        (error: unknown) => {
          logger.error({ error: messageOf(error), subject: mail.subject }, 'a mail could not be sent');
          this.#options.onOutcome('failed');
        },
      )
      .finally(() => {
        this.#underWay -= 1;
      });
    return true;
  }

  close(): void {
    this.#transport?.close();
  }

  async #deliver(mail: Mail): Promise<void> {
    const { from, logger } = this.#options;
    if (this.#transport === undefined) {
      logger.warn({ to: mail.to, subject: mail.subject, text: mail.text }, 'a mail that would be sent');
      return;
    }
    for (const pause of PAUSES) {
      try {
        await this.#transport.sendMail({ from, ...mail });
        return;
      } catch (error) {
        if (isFinal(error)) throw error;
        logger.warn({ error: messageOf(error), subject: mail.subject }, 'a mail could not be sent yet');
        await new Promise((done) => setTimeout(done, pause).unref());
      }
    }
    await this.#transport.sendMail({ from, ...mail });
  }
}

/** TLS always, but to a server on this machine. */
function transportOf(smtp: string) {
  const { protocol, hostname, port, username, password } = new URL(smtp);
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const secure = protocol === 'smtps:';
  return {
    host: hostname,
    port: Number(port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isLoopback,
    ignoreTLS: !secure && isLoopback,
    connectionTimeout: CONNECT_TIMEOUT,
    greetingTimeout: CONNECT_TIMEOUT,
    socketTimeout: ANSWER_TIMEOUT,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
  };
}

/** The server will not take it another time either (RFC 5321 §4.2.1). */
function isFinal(error: unknown): boolean {
  return (
    error instanceof Error &&
    'responseCode' in error &&
    typeof error.responseCode === 'number' &&
    error.responseCode >= 500
  );
}

/** What the server says may hold the address that the mail was for; never what is in it. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
