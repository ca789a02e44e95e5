// The patient's and the ERP's graph as a Node team would write them: the real SDL, resolvers by hand, DataLoader,
// undici. Each operation is audited, as the BFF's are. Only what the benchmark asks for has resolvers; the shapes and the calls downstream are the BFF's.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import DataLoader from 'dataloader';
import { Pool } from 'undici';

const { HEALTHMED_STUB_URL: STUB, HEALTHMED_PATIENT: PATIENT } = process.env;
const HEADERS = { authorization: `Bearer ${'x'.repeat(300)}`, 'x-request-id': 'a'.repeat(32) };
const pool = new Pool(STUB, { connections: 200 });

async function get(path) {
  const { statusCode, body } = await pool.request({ method: 'GET', path, headers: HEADERS });
  if (statusCode !== 200) {
    body.dump();
    throw new Error(`status ${statusCode}`);
  }
  return body.json();
}

const MINE = ['Patient.email', 'Patient.id', 'Patient.name', 'Query.me'];
const APPOINTMENTS = ['currency', 'doctor', 'endsAt', 'id', 'priceCents', 'startsAt', 'status', 'timeZone'];
// What each operation shows of a patient, as the audit names it.
const FIELDS = {
  Me: MINE,
  Home: [
    ...[...APPOINTMENTS, 'meeting', 'reason'].map((name) => `Appointment.${name}`),
    'AppointmentConnection.nodes',
    ...['category', 'contentType', 'createdAt', 'id', 'sizeBytes', 'status', 'title'].map((name) => `MedicalRecord.${name}`),
    ...['MedicalRecordConnection.nodes', 'Patient.appointments', 'Patient.records', ...MINE],
  ],
  List: [
    ...[...APPOINTMENTS, 'createdAt', 'patient'].map((name) => `Appointment.${name}`),
    ...['AppointmentConnection.nodes', 'Patient.id', 'Patient.name', 'Patient.timeZone'],
  ],
};

// Tells the audit whose data an operation has shown, an event for each patient, before it is answered.
export async function audit({ shown }, operation) {
  const operationId = randomUUID();
  const at = new Date().toISOString();
  const events = [...shown].map((patientId) => ({
    operationId,
    requestId: HEADERS['x-request-id'],
    actor: PATIENT,
    pool: operation === 'List' ? 'erp' : 'patient',
    roles: operation === 'List' ? ['admin'] : [],
    patientId,
    operation,
    kind: 'QUERY',
    fields: FIELDS[operation],
    deniedFields: [],
    decision: 'ALLOWED',
    at,
  }));
  const headers = { ...HEADERS, 'content-type': 'application/json' };
  const body = JSON.stringify({ events });
  const answer = await pool.request({ method: 'POST', path: '/records/audit/events', headers, body });
  await answer.body.json();
}

function byId(path) {
  return new DataLoader(
    async (ids) => {
      const found = new Map((await get(`${path}?ids=${ids.join(',')}`)).map((each) => [each.id, each]));
      return ids.map((id) => found.get(id) ?? null);
    },
    { maxBatchSize: 100 },
  );
}

// One request's loaders, and the patients whose data it shows.
export function context() {
  return {
    shown: new Set(),
    doctors: byId('/scheduling/doctors'),
    patients: byId('/records/patients'),
    registrations: byId('/erp/doctors'),
    nextSlots: new DataLoader(async (ids) => {
      const slots = await get(`/scheduling/next-slots?doctorIds=${ids.join(',')}`);
      const found = new Map(slots.map((each) => [each.doctorId, each.slot]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    shares: new DataLoader(async (ids) => {
      const found = new Map(ids.map((id) => [id, []]));
      for (const each of await get(`/records/shares/of-records?recordIds=${ids.join(',')}`)) {
        found.get(each.recordId).push(each);
      }
      return ids.map((id) => found.get(id));
    }),
  };
}

const nodes = { nodes: ({ items }) => items };
const ofPatient = (name) => async (patient, _, ctx) => (await ctx.patients.load(patient.id))[name];
const person = Object.fromEntries(
  ['name', 'email', 'cpf', 'phone', 'birthDate', 'timeZone'].map((name) => [name, ofPatient(name)]),
);

const patientResolvers = {
  Query: {
    me: (_, __, { shown }) => {
      shown.add(PATIENT);
      return { id: PATIENT };
    },
  },
  Patient: {
    ...person,
    appointments: async ({ id }, { first }) =>
      (await get(`/scheduling/appointments/of-patients?patientIds=${id}&limit=${first}`))[0],
    records: async ({ id }, { first }) => (await get(`/records/records/of-patients?patientIds=${id}&limit=${first}`))[0],
  },
  AppointmentConnection: nodes,
  MedicalRecordConnection: nodes,
  Appointment: { doctor: ({ doctorId }, _, ctx) => ctx.doctors.load(doctorId) },
  MedicalRecord: { shares: ({ id }, _, ctx) => ctx.shares.load(id) },
  Share: { doctor: ({ doctorId }, _, ctx) => ctx.doctors.load(doctorId) },
  Doctor: { nextSlot: ({ id }, _, ctx) => ctx.nextSlots.load(id) },
};

const erpResolvers = {
  Query: { appointments: (_, { first }) => get(`/scheduling/appointments/all?limit=${first}`) },
  AppointmentConnection: nodes,
  Appointment: {
    doctor: ({ doctorId }, _, ctx) => ctx.registrations.load(doctorId),
    patient: ({ patientId }, _, ctx) => {
      ctx.shown.add(patientId);
      return ctx.patients.load(patientId);
    },
    meetingStatus: ({ meeting }) => meeting?.status,
  },
};

function schema(audience, resolvers) {
  const typeDefs = readFileSync(new URL(`../../schema/${audience}/schema.graphql`, import.meta.url), 'utf8');
  return makeExecutableSchema({ typeDefs, resolvers, resolverValidationOptions: { requireResolversForResolveType: 'ignore' } });
}

export const schemas = { patient: schema('patient', patientResolvers), erp: schema('erp', erpResolvers) };
export const port = Number(process.env.HEALTHMED_PORT);
