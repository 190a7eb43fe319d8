// Writes x.br and x.gz beside every text file of a folder, for the server to send as they are.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const kText = /\.(html|js|css|svg|json|txt|map)$/;
const kSmallestBytes = 512;

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

for (const path of files(process.argv[2] ?? 'dist')) {
  if (!kText.test(path)) continue;
  // The page differs in each answer (its nonce), so the server sends it plain.
  if (path.endsWith('index.html')) continue;
  const plain = readFileSync(path);
  if (plain.length < kSmallestBytes) continue;
  writeFileSync(
    path + '.br',
    brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  );
  writeFileSync(path + '.gz', gzipSync(plain, { level: 9 }));
}
