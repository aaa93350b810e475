import t from 'tap';
import { session } from '../support/session.js';

t.test('filters hosts as grep filters lines', async (t) => {
  const cwd = t.testdir({
    hosts: 'alma.valami.hu\n# fruit\n\nbarack.valami.hu\r\njonatan.alma.valami.hu\nvalami.hu\n',
    patterns: '*.valami.hu\n\n# the bare name too\nvalami.hu\n',
  });
  session(
    t,
    cwd,
    `
    # The guide's example.
    $ wildcard-match '*.valami.hu' < hosts
    alma.valami.hu
    barack.valami.hu
    $ wildcard-match -v '*.valami.hu' < hosts
    jonatan.alma.valami.hu
    valami.hu
    $ wildcard-match -c '*.valami.hu' < hosts
    2
    $ wildcard-match -c -v -e '*.valami.hu' hosts
    2
    $ wildcard-match -m 1 '*.valami.hu' < hosts
    alma.valami.hu
    $ wildcard-match -q '*.valami.hu' < hosts
    $ wildcard-match -q other.hu < hosts
    ? 1
    $ wildcard-match -c other.hu < hosts
    0
    ? 1
    $ wildcard-match -f patterns - < hosts
    alma.valami.hu
    barack.valami.hu
    valami.hu
    $ wildcard-match --all -f patterns hosts
    jonatan.alma.valami.hu
    ? 1
    $ wildcard-match --all -f patterns -e jonatan.alma.valami.hu hosts
    # An empty list is no.
    $ wildcard-match '*.valami.hu' < /dev/null
    ? 1
    $ wildcard-match --all '*.valami.hu' < /dev/null
    ? 1
    $ wildcard-match -e a.hu nowhere
    2> wildcard-match: nowhere: no such file or directory
    ? 2
    $ wildcard-match
    2> wildcard-match: no pattern to match
    2> hint: a PATTERN, -e PATTERN, -f FILE or --cert FILE
    ? 2
    $ wildcard-match -f - < patterns
    2> wildcard-match: standard input is asked for twice: the list of hosts and --file -
    ? 2
    `,
  );
});

t.test('with --host prints the patterns that cover a host', async (t) => {
  session(
    t,
    t.testdir({ patterns: '*.valami.hu\nmail.valami.hu\n*.alma.valami.hu\n192.0.2.1\n' }),
    `
    $ wildcard-match --host mail.valami.hu < patterns
    *.valami.hu
    mail.valami.hu
    $ wildcard-match --host MAIL.valami.hu. --host x.alma.valami.hu '*.valami.hu' '*.alma.valami.hu'
    *.valami.hu
    *.alma.valami.hu
    $ wildcard-match -v --host mail.valami.hu -f patterns
    *.alma.valami.hu
    192.0.2.1
    $ wildcard-match --all --host mail.valami.hu --host valami.hu -f patterns
    valami.hu
    ? 1
    $ wildcard-match --host 192.0.2.1 < patterns
    192.0.2.1
    $ wildcard-match --host https://valami.hu/ < patterns
    2> wildcard-match: https://valami.hu/: is not a host name: a URL is no host name
    2> hint: --url reads lists of URLs
    ? 1
    `,
  );
});
