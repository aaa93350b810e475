import t from 'tap';
import { session } from '../support/session.js';

/** Times no certificate can name: UTCTime begins with 1950, GeneralizedTime ends with 9999 (RFC 5280 4.1.2.5). */

t.test('times at the ends of the calendar', async (t) => {
  session(
    t,
    t.testdir(),
    `
    $ csr-gen -n ec --cn a.hu -K a.key --at 1949-12-31 --self-sign 9
    2> csr-gen: --at: 1949-12-31 is no time a certificate can name
    2> hint: from 1950-01-02 to 9999-12-31 (UTC)
    ? 2
    $ cert-info --at 9999-12-31T23:59:59-10:00
    2> cert-info: --at: 9999-12-31T23:59:59-10:00 is no time a certificate can name
    2> ...
    ? 2
    $ csr-gen -n ec --cn a.hu -K a.key --at 1950-01-02 --self-sign 9 | cert-info -f not_before,not_after
    1950-01-01T23:55:00Z	1950-01-10T23:54:59Z
    $ csr-gen -k a.key --cn a.hu --at 9999-12-22 --self-sign 10 | cert-info -f not_before,not_after
    9999-12-21T23:55:00Z	9999-12-31T23:54:59Z
    $ csr-gen -n ec --cn a.hu -K b.key --at 9999-12-22 --self-sign 11
    2> csr-gen: 11 days from now end after the year 9999, which no certificate can say
    2> hint: fewer days, or another --at
    ? 2
    $ test -e b.key
    ? 1
    $ csr-gen -n ec --cn CA --ca -K ca.key --at 9990-01-01 --self-sign 3650 -o ca.pem
    $ csr-gen -k a.key --cn a.hu | csr-sign --ca ca.pem --ca-key ca.key --at 9999-12-01 --days 90
    2> csr-sign: -: request 1 at line 1: 90 days from now end after the year 9999, which no certificate can say
    2> ...
    ? 2
    `,
  );
});
