"""What schemathesis has to know besides docs/openapi.yaml (tests/api/openapi.bats).

Valid requests are made more meaningful: they name users, conversations and
messages that exist, and keep what JSON Schema cannot say: bounds in bytes
(x-bytes), integers of 64 bits, parameters that exclude each other.  Invalid
requests stay as they are.
"""
import json
import os
import time

import schemathesis
import yaml
from schemathesis.core import NotSet

KNOWN = json.loads(os.environ['OPENAPI_KNOWN'])
with open(os.environ['OPENAPI_FILE'], encoding='utf-8') as file:
    DOCUMENT = yaml.safe_load(file)


# After these the conversation, or a member of it, may be gone.
ENDING = ('conversation.leave', 'conversation.dissolve', 'conversation.remove',
          'conversation.ban', 'conversation.owner')


def resolve(schema):
    while '$ref' in schema:
        at = DOCUMENT
        for step in schema['$ref'][2:].split('/'):
            at = at[step]
        schema = at
    return schema


def in_bytes(value, least, most):
    if not isinstance(value, str):
        size = len(json.dumps(value, separators=(',', ':')).encode())
        return value if size <= most else {}
    text = value.encode()[:most].decode(errors='ignore')
    return text + 'x' * (least - len(text.encode()))


def fit(schema, value):
    """The value within the bounds in bytes of the schema."""
    schema = resolve(schema)
    for part in schema.get('allOf', []) + schema.get('oneOf', []):
        value = fit(part, value)
    if isinstance(value, dict):
        for name, part in schema.get('properties', {}).items():
            if name in value and isinstance(part, dict):
                value[name] = fit(part, value[name])
    if 'x-label' in schema and isinstance(value, str):
        value = 'x' + value[1:]  # something that shows
    if 'x-bytes' in schema and value is not None:
        value = in_bytes(value, *schema['x-bytes'])
    return value


def as_integers(value):
    if isinstance(value, dict):
        return {key: as_integers(v) for key, v in value.items()}
    if isinstance(value, list):
        return [as_integers(v) for v in value]
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 7.0 is an integer of JSON Schema's, and not ours
    if isinstance(value, int) and not -2**63 <= value < 2**63:
        return 7
    return value


def name_known(case, name):
    """Every second valid request is about something that exists."""
    path = case.path_parameters
    if len(case.id) and ord(case.id[-1]) % 2:
        return
    if 'msg_id' in path:
        path['msg_id'] = KNOWN['msg_id']
    if 'user_id' in path:
        path['user_id'] = KNOWN['user_id']
    if 'id' in path and '.conversations.' not in name:
        kind = case.path.split('/')[2]
        if kind == 'users':
            path['id'] = KNOWN['user_id']
        elif kind == 'conversations':
            path['id'] = KNOWN['leave_id' if name in ENDING else 'conv_id']


def one_of(query, names):
    given = [name for name in names if name in query]
    for name in given[1:]:
        del query[name]


def fit_query(query, name):
    if name == 'user.list':
        one_of(query, ['q', 'username', 'ids'])
        if not any(key in query for key in ('q', 'username', 'ids')):
            query['q'] = 'a'
        if 'username' in query:
            query['username'] = in_bytes(query['username'], 1, 64)
    elif name == 'message.history':
        one_of(query, ['before', 'after', 'around'])
    elif name == 'conversation.list':
        query.pop('cursor', None)
        if 'folder' in query:
            query['folder'] = in_bytes(query['folder'], 1, 64)
    elif name == 'message.reactions':
        query.pop('cursor', None)
        if 'emoji' in query:
            query['emoji'] = '\U0001f44d'
    elif name in ('search.messages', 'message.starred', 'message.reminders',
                  'message.scheduled', 'audit.list'):
        query.pop('cursor', None)


def fit_send(body):
    if 'mentions' in body:
        body['mentions'] = body['mentions'] and [KNOWN['user_id']]
    # the known conversation is no direct chat
    body.pop('expires_after_read_s', None)
    if 'reply_to' in body:
        body['reply_to'] = KNOWN['msg_id']
    if 'forward_of' in body:
        body['forward_of'] = [KNOWN['msg_id']]
        if 'content' not in body and ('title' in body or 'type' in body):
            body['merge'] = True
    if 'send_at' in body:
        body['send_at'] = int(time.time() + 3600) * 1000
        body['flags'] = [f for f in body.get('flags', []) if f != 'ephemeral']
    if body.get('type') == 'card':
        body['content']['user_id'] = KNOWN['user_id']


@schemathesis.hook
def before_call(context, case, kwargs):
    name = case.operation.definition.raw.get('operationId')
    if name == 'live.poll' and case.query.get('wait_s') in (None, 25):
        case.query['wait_s'] = 0
    for header, wrong in ('Im-Act-As', '!'), ('Idempotency-Key', 'k' * 65):
        if not case.headers.get(header, 'absent').strip():
            case.headers[header] = wrong  # web servers drop empty headers
    if case.method == 'GET' and isinstance(case.body, (dict, list)):
        case.body = NotSet()  # the web server refuses it first
    # learned from an answer
    if name in ENDING and case.path_parameters.get('id') == KNOWN['conv_id']:
        case.path_parameters['id'] = KNOWN['leave_id']
    if case.meta is None or case.meta.generation.mode.value != 'positive':
        return
    case.headers.pop('Im-Act-As', None)  # for app keys alone
    name_known(case, name)
    if 'emoji' in case.path_parameters:
        case.path_parameters['emoji'] = '\U0001f44d'
    if case.query:
        fit_query(case.query, name)
    if isinstance(case.body, dict):
        content = case.operation.definition.raw['requestBody']['content']
        case.body = as_integers(
            fit(content['application/json']['schema'], case.body))
        if name == 'admin_conversation.create':
            case.body = {'kind': 'group', 'owner_id': KNOWN['user_id']}
        elif name == 'admin_conversation.add':
            case.body['user_ids'] = [KNOWN['user_id']]
        if name == 'message.send':
            fit_send(case.body)
        elif name == 'conversation.member' and case.body.get('muted_until'):
            case.body['muted_until'] = int(time.time() + 3600) * 1000
        elif name == 'conversation.ban' and 'banned_until' in case.body:
            case.body['banned_until'] = int(time.time() + 3600) * 1000
        elif name == 'user.change_settings' and case.body.get('dnd'):
            case.body['dnd'].update({'from': '22:00', 'to': '07:00',
                                     'tz': 'Europe/Berlin'})
        elif name == 'conversation.leave':
            case.body.pop('owner', None)
        elif name == 'contact.request':
            case.body['user_id'] = KNOWN['user_id']
        elif name == 'contact.remark':
            case.body.setdefault('remark', 'a name')
        elif name == 'message.remind':
            case.body['remind_at'] = int(time.time() + 3600) * 1000
        elif name == 'message.reschedule' and 'send_at' in case.body:
            case.body['send_at'] = int(time.time() + 3600) * 1000
