import t from 'tap';
import { findProgram, session } from '../support/session.js';

/** Requests and certificates for more than servers: users, mail, programs, responders. */

const skip = findProgram('openssl') === undefined ? 'openssl is not installed' : false;

t.test('names, extensions, purposes and attributes of every kind', { skip }, async (t) => {
  session(
    t,
    t.testdir(),
    `
      $ csr-gen -q --cn joe -n ec:P-256 -K k -a UPN:joe@valami.hu -a RID:1.2.3.4 -a 'other:1.2.3;alma' -a 'other:1.2.4;HEX:0500' -a SRVName:_ldap.a.hu -o o.csr
      $ cert-info -f names.other o.csr
      UPN:joe@valami.hu, RID:1.2.3.4, 1.2.3:alma, 1.2.4:#0500, SRVName:_ldap.a.hu
      $ openssl req -in o.csr -noout -text | grep -A 1 'Alternative Name'
      /X509v3 Subject Alternative Name: $/
      /othername: UPN::joe@valami.hu, Registered ID:1.2.3.4, othername:/
      $ csr-gen -q --cn a.hu -k k --ext 1.3.6.1.5.5.7.48.1.5=05:00 --ext 1.2.3,critical=0403010203 | cert-info -f extensions.oid,extensions.critical,extensions.value
      2.5.29.15, 2.5.29.17, 1.3.6.1.5.5.7.48.1.5, 1.2.3	true, false, false, true	0403010203
      $ csr-gen -q --cn a -k k --eku smartcardLogon,ipsecIKE,clientAuth | cert-info -f extended_key_usage
      1.3.6.1.4.1.311.20.2.2, 1.3.6.1.5.5.7.3.17, clientAuth
      $ csr-gen -q -k k -s 'CN=a,houseIdentifier=x,id-pda-gender=M,INN=5,dnQualifier=7' | cert-info -f subject
      CN=a,houseIdentifier=x,id-pda-gender=M,INN=5,dnQualifier=7
      $ csr-gen --cn a.hu -k k --ext 2.5.29.17=0500
      2> csr-gen: extension 2.5.29.17 is made by --san
      2> hint: give it with --san
      ? 2
      $ csr-gen --cn a.hu -k k --ext 1.2.3=05
      2> /^csr-gen: extension 1.2.3: its value is no DER: /
      ? 2
      $ csr-gen --cn a.hu -k k --ext 1.2.3
      2> csr-gen: 1.2.3 is no extension
      2> hint: OID=HEX or OID,critical=HEX: 1.3.6.1.5.5.7.48.1.5=0500
      ? 2
      $ csr-gen --cn a.hu -k k --ext 1.2.3=0500 --ext 1.2.3=0500
      2> csr-gen: --ext: 1.2.3 is given twice
      ? 2
    `,
  );
});

t.test('the profile that fits is named, and fits', { skip }, async (t) => {
  session(
    t,
    t.testdir(),
    `
      $ csr-gen -q --cn CA --ca --self-sign 999 -n ec:P-256 -K ca.key -o ca.pem
      $ csr-gen -q -s 'CN=Joe,O=Valami,C=HU' -a joe@valami.hu -n rsa:3072 -K k --eku emailProtection -o mail.csr
      $ csr-gen -q -s 'CN=Valami,O=Valami,C=HU' -k k --eku codeSigning -o code.csr
      $ csr-gen -q --cn joe -a UPN:joe@valami.hu -k k --eku clientAuth -o user.csr
      $ csr-gen -q --cn responder -k k --eku OCSPSigning -o ocsp.csr; csr-gen -q --cn 'Sub CA' --ca -k k -o sub.csr
      $ for f in mail code user sub; do csr-check $f.csr; done | grep -o 'csr-check --profile [a-z]*' | uniq
      csr-check --profile smime
      csr-check --profile codesign
      csr-check --profile client
      csr-check --profile internal
      $ csr-check -q --strict --profile smime mail.csr; csr-check -q --strict --profile codesign code.csr; csr-check -q --strict --profile client user.csr
      $ csr-check --profile smime code.csr | grep -c '^error'
      2
      ? 0
      $ for p in mail:smime code:codesign user:client ocsp:ocsp; do csr-sign -q --ca ca.pem --ca-key ca.key --profile \${p#*:} \${p%:*}.csr -o \${p%:*}.crt; done
      $ cert-info -f extended_key_usage,key_usage,names.email mail.crt code.crt user.crt ocsp.crt
      emailProtection	digitalSignature, keyEncipherment	joe@valami.hu
      codeSigning	digitalSignature	
      clientAuth	digitalSignature, keyEncipherment	
      OCSPSigning	digitalSignature	
      $ cert-info -f extensions.oid ocsp.crt | grep -c 1.3.6.1.5.5.7.48.1.5
      1
      $ openssl verify -purpose smimesign -CAfile ca.pem mail.crt; openssl verify -purpose sslclient -CAfile ca.pem user.crt; openssl verify -purpose ocsphelper -CAfile ca.pem ocsp.crt
      mail.crt: OK
      user.crt: OK
      ocsp.crt: OK
      $ csr-sign --ca ca.pem --ca-key ca.key code.csr
      2> /codeSigning, which profile server does not give$/
      2> hint: --profile codesign
      ? 1
      $ csr-sign --ca ca.pem --ca-key ca.key --profile smime user.csr
      2> /clientAuth, which profile smime does not give$/
      2> hint: --profile client
      ? 1
    `,
  );
});

t.test('hints once a report, and no word of keys that are none of Debian’s', async (t) => {
  session(
    t,
    t.testdir(),
    `
      $ csr-gen -q --cn a.local -a b.local -a c.local -n rsa:2048 -K k -o r.csr; csr-check r.csr | grep -c 'hint:.*internal'
      1
      ? 0
      $ csr-check --profile internal r.csr | grep -c debian
      0
      ? 1
      $ csr-check --profile internal -v r.csr | grep -c n_debian_unchecked
      1
      $ csr-gen -q --cn a.local -n ec:P-256 -K e -o e.csr; csr-check --profile internal -v e.csr | grep -c debian
      0
      ? 1
    `,
  );
});
