import t from 'tap';
import { isExempt, parseProxy, proxyFor } from '../../src/net/proxy.js';

t.test('proxies as people write them', async (t) => {
  const plain = { isSecure: false, host: 'p.hu', port: 3128, authorization: undefined };
  t.same(parseProxy('--proxy', 'http://p.hu:3128'), plain);
  t.same(parseProxy('--proxy', 'p.hu:3128/'), plain);
  t.same(parseProxy('--proxy', 'http://p.hu'), { ...plain, port: 80 });
  t.same(parseProxy('--proxy', 'HTTPS://[2001:db8::1]'), { ...plain, isSecure: true, host: '2001:db8::1', port: 443 });
  t.same(parseProxy('--proxy', 'http://a:b%3Ac@p.hu:3128'), { ...plain, authorization: 'Basic YTpiOmM=' });
  for (const wrong of ['socks5://p.hu', 'ftp://p.hu', 'http://', 'http://p.hu/path', 'p.hu:99999', '']) {
    t.throws(() => parseProxy('--proxy', wrong), { code: 'USAGE' }, wrong);
  }
});

t.test('the environment', async (t) => {
  const hostOf = (environment: Record<string, string>, scheme: 'http' | 'https' = 'https', host = 'valami.hu') =>
    proxyFor('environment', scheme, host, 443, environment)?.host;
  t.equal(hostOf({}), undefined);
  t.equal(hostOf({ HTTPS_PROXY: 'http://a' }), 'a');
  t.equal(hostOf({ HTTPS_PROXY: 'http://a', https_proxy: 'http://b' }), 'b', 'lower case comes first');
  t.equal(hostOf({ HTTPS_PROXY: '' }), undefined);
  t.equal(hostOf({ HTTPS_PROXY: 'http://a' }, 'http'), undefined);
  t.equal(hostOf({ HTTP_PROXY: 'http://a' }, 'http'), 'a');
  t.equal(hostOf({ HTTP_PROXY: 'http://a', REQUEST_METHOD: 'GET' }, 'http'), undefined, 'a header in a CGI program');
  t.equal(hostOf({ HTTPS_PROXY: 'http://a', NO_PROXY: 'valami.hu' }), undefined);
  t.equal(hostOf({ HTTPS_PROXY: 'http://a' }, 'https', 'localhost'), undefined);
  t.equal(proxyFor('none', 'https', 'valami.hu', 443, { HTTPS_PROXY: 'http://a' }), undefined);
});

t.test('NO_PROXY', async (t) => {
  const rows: readonly (readonly [host: string, noProxy: string, exempt: boolean])[] = [
    ['valami.hu', '*', true],
    ['valami.hu', 'a.hu, valami.hu', true],
    ['valami.hu', 'a.hu valami.hu', true],
    ['VALAMI.hu.', 'valami.HU', true],
    ['mail.valami.hu', 'valami.hu', true],
    ['mail.valami.hu', '.valami.hu', true],
    ['mail.valami.hu', '*.valami.hu', true],
    ['masvalami.hu', 'valami.hu', false],
    ['valami.hu', 'valami.hu:443', true],
    ['valami.hu', 'valami.hu:25', false],
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['1.10.1.2.3', '10.1.2.3', true],
    ['2001:db8::1', '2001:db8::/32', true],
    ['2001:db8::1', '[2001:db8::1]:443', true],
    ['2001:db8::1', '10.0.0.0/8', false],
    ['10.1.2.3', '10.0.0.0/99', false],
    ['127.0.0.1', '', true],
    ['::1', '', true],
    ['valami.hu', '', false],
  ];
  for (const [host, noProxy, exempt] of rows) t.equal(isExempt(host, 443, noProxy), exempt, `${host} in ${noProxy}`);
});
