/** The credentials of a client, as Redox's dashboard would show them; they are valid only for this process. */
import { generateKeyPair, type KeyObject, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

export interface SandboxCredentials {
  readonly clientId: string;
  readonly keyId: string;
  /** RSA, PKCS#8 PEM; signs RS384 assertions. */
  readonly privateKeyPem: string;
  /** The legacy pair, for POST /auth/authenticate. */
  readonly apiKey: string;
  readonly apiSecret: string;
  /** For Meta.Source.ID. */
  readonly sourceId: string;
}

export interface IssuedCredentials {
  readonly credentials: SandboxCredentials;
  readonly publicKey: KeyObject;
}

const makeKeyPair = promisify(generateKeyPair);
/** One key pair a process: creating one takes up to half a second, and test files start dozens of sandboxes. */
let keyPair: ReturnType<typeof makeRsaKeyPair> | undefined;

function makeRsaKeyPair() {
  return makeKeyPair('rsa', { modulusLength: 2048 });
}

export async function issueCredentials(): Promise<IssuedCredentials> {
  keyPair ??= makeRsaKeyPair();
  const { publicKey, privateKey } = await keyPair;
  return {
    publicKey,
    credentials: {
      clientId: '2f6d1c3a-8b40-4e57-9a16-sandboxclient',
      keyId: 'sandbox-key-1',
      privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      apiKey: '9c4be0d7-51f2-4d0a-b7e3-sandboxapikey',
      apiSecret: `sandbox-${randomUUID()}`,
      sourceId: '0e7a4b52-6c1f-4d38-8f29-3b5d9a1c7e60',
    },
  };
}
