// The npm package smpp as the other end of a connection, told what to do by a test: one JSON object a line on standard
// input, one for everything that happens on standard output. Ends with its input. Bytes are {"hex": "..."} both ways.
//
//   {"do":"listen","tls":{"key":PEM,"cert":PEM}?}                 -> {"event":"listening","port":n}
//   {"do":"connect","port":n,"tls":{"ca":PEM}?}                   -> "session", or "error" with its code
//   {"do":"send","session":s,"command":c,"with":{...}}            its answer comes as a "pdu"
//   {"do":"answer","session":s,"sequence":n,"with":{...}}         to a "pdu" that came
//   {"do":"close","session":s}
//   {"event":"session"|"closed"|"error","session":s}
//   {"event":"pdu","session":s,"command":c,"status":n,"sequence":n,"fields":{...}}

'use strict';

const readline = require('node:readline');
const smpp = require('smpp');

const sessions = [];
const unanswered = new Map(); // "session/sequence" -> the request

const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

function outward(value) {
  if (Buffer.isBuffer(value)) return { hex: value.toString('hex') };
  if (value instanceof Date) return { time: value.toISOString() };
  if (Array.isArray(value)) return value.map(outward);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, outward(member)]));
}

function inward(value) {
  if (Array.isArray(value)) return value.map(inward);
  if (value === null || typeof value !== 'object') return value;
  if (typeof value.hex === 'string') return Buffer.from(value.hex, 'hex');
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inward(member)]));
}

function watch(session) {
  const number = sessions.push(session);
  session.on('pdu', (pdu) => {
    if (!pdu.isResponse()) unanswered.set(`${number}/${pdu.sequence_number}`, pdu);
    const { command, command_id, command_length, command_status, sequence_number, ...fields } = pdu;
    tell({ event: 'pdu', session: number, command, id: command_id, length: command_length, status: command_status,
           sequence: sequence_number, fields: outward(fields) });
  });
  session.on('error', (error) => tell({ event: 'error', session: number, code: String(error.code ?? error.message) }));
  session.on('close', () => tell({ event: 'closed', session: number }));
  return number;
}

const deeds = {
  listen({ tls }) {
    const server = smpp.createServer(tls ?? {}, (session) => tell({ event: 'session', session: watch(session) }));
    server.on('tlsClientError', (error) => tell({ event: 'refused', code: String(error.code) }));
    server.listen(0, '127.0.0.1', () => tell({ event: 'listening', port: server.address().port }));
  },
  connect({ port, tls }) {
    const options = { host: '127.0.0.1', port, ...(tls ? { tls: true, ...tls } : {}) };
    const session = smpp.connect(options, () => tell({ event: 'session', session: number }));
    const number = watch(session);
  },
  send({ session, command, with: options }) {
    sessions[session - 1].send(new smpp.PDU(command, inward(options ?? {})));
  },
  answer({ session, sequence, with: options }) {
    const request = unanswered.get(`${session}/${sequence}`);
    unanswered.delete(`${session}/${sequence}`);
    sessions[session - 1].send(request.response(inward(options ?? {})));
  },
  close({ session }) {
    sessions[session - 1].close();
  },
};

const input = readline.createInterface({ input: process.stdin });
input.on('line', (line) => {
  const order = JSON.parse(line);
  deeds[order.do](order);
});
input.on('close', () => process.exit(0));
