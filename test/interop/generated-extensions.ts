/** Extension sections of openssl.cnf that together show every extension cert-info knows by content, and some it does not. */
export const extensionSections: Readonly<Record<string, string>> = {
  ca: 'basicConstraints=critical,CA:TRUE,pathlen:3\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash',
  leaf: `basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment,keyAgreement,encipherOnly,decipherOnly
extendedKeyUsage=serverAuth,clientAuth,codeSigning,emailProtection,timeStamping,OCSPSigning,anyExtendedKeyUsage,1.2.3.4
subjectAltName=DNS:valami.hu,DNS:*.valami.hu,email:info@valami.hu,URI:https://valami.hu/a?b=c
issuerAltName=DNS:ca.valami.hu,IP:10.1.2.3
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid,issuer:always
crlDistributionPoints=URI:http://crl.valami.hu/a.crl,URI:ldap://ldap.valami.hu/cn=ca
freshestCRL=URI:http://crl.valami.hu/delta.crl
authorityInfoAccess=OCSP;URI:http://ocsp.valami.hu,caIssuers;URI:http://ca.valami.hu/ca.crt
subjectInfoAccess=caRepository;URI:http://repository.valami.hu/
certificatePolicies=2.23.140.1.2.2,1.2.3.4,@policy
tlsfeature=status_request,status_request_v2
[policy]
policyIdentifier=2.23.140.1.2.1
CPS.1=http://cps.valami.hu/
userNotice.1=@notice
[notice]
explicitText="A notice"
organization="Valami"
noticeNumbers=1,2`,
  'names of every kind openssl makes': `subjectAltName=@names
issuerAltName=@names
[names]
IP.1=192.0.2.1
IP.2=2001:db8::1
RID.1=1.2.3.4
dirName.1=directory
otherName.1=1.3.6.1.4.1.311.20.2.3;FORMAT:UTF8,UTF8:user@valami.hu
otherName.2=1.3.6.1.5.5.7.8.9;FORMAT:UTF8,UTF8:őr@valami.hu
otherName.3=1.3.6.1.5.5.7.8.7;IA5:_ldap.valami.hu
otherName.4=1.3.6.1.5.5.7.8.5;FORMAT:UTF8,UTF8:user@xmpp.valami.hu
otherName.5=1.3.6.1.5.5.7.8.8;FORMAT:UTF8,UTF8:realm.valami.hu
otherName.6=1.2.3.4.5;SEQUENCE:other
email.1=info@valami.hu
URI.1=urn:valami
DNS.1=valami.hu
[directory]
C=HU
O=Valami
[other]
number=INTEGER:1`,
  constraints: `nameConstraints=critical,permitted;DNS:valami.hu,permitted;IP:10.0.0.0/255.0.0.0,permitted;dirName:directory,excluded;email:.example.com,excluded;URI:.example.org,excluded;IP:2001:db8::/ffff:ffff::
policyConstraints=requireExplicitPolicy:1,inhibitPolicyMapping:2
inhibitAnyPolicy=4
policyMappings=1.2.3:1.2.4
certificatePolicies=2.23.140.1.1,2.23.140.1.2.3,2.5.29.32.0
basicConstraints=critical,CA:TRUE
[directory]
C=HU
O=Valami`,
  netscape: `nsCertType=client,server,email,objsign,reserved,sslCA,emailCA,objCA
nsComment="A comment"
nsBaseUrl=https://valami.hu/base
nsRevocationUrl=https://valami.hu/revoked
nsCaRevocationUrl=https://valami.hu/ca-revoked
nsRenewalUrl=https://valami.hu/renewal
nsCaPolicyUrl=https://valami.hu/policy
nsSslServerName=ssl.valami.hu`,
  microsoft: `1.3.6.1.4.1.311.20.2=ASN1:BMPSTRING:WebServer
1.3.6.1.4.1.311.21.1=ASN1:INTEGER:131073
1.3.6.1.4.1.311.21.2=ASN1:FORMAT:HEX,OCTETSTRING:0123456789abcdef0123456789abcdef01234567
1.3.6.1.4.1.311.21.7=ASN1:SEQUENCE:template
1.3.6.1.4.1.311.21.10=ASN1:SEQUENCE:applications
[template]
id=OID:1.3.6.1.4.1.311.21.8.10247.8475
major=INTEGER:100
minor=INTEGER:4
[applications]
first=SEQUENCE:application
[application]
id=OID:1.3.6.1.5.5.7.3.1`,
  'qualified certificates': `1.3.6.1.5.5.7.1.3=ASN1:SEQUENCE:statements
subjectDirectoryAttributes=ASN1:SEQUENCE:attributes
[attributes]
a=SEQUENCE:citizenship
[citizenship]
id=OID:1.3.6.1.5.5.7.9.4
values=SET:countries
[countries]
a=PRINTABLESTRING:HU
[statements]
a=SEQUENCE:qualified
b=SEQUENCE:limit
c=SEQUENCE:retention
d=SEQUENCE:device
e=SEQUENCE:disclosure
f=SEQUENCE:type
g=SEQUENCE:legislation
h=SEQUENCE:payment
i=SEQUENCE:semantics
j=SEQUENCE:unknown
[qualified]
id=OID:0.4.0.1862.1.1
[limit]
id=OID:0.4.0.1862.1.2
value=SEQUENCE:money
[money]
currency=PRINTABLESTRING:EUR
amount=INTEGER:25
exponent=INTEGER:3
[retention]
id=OID:0.4.0.1862.1.3
years=INTEGER:15
[device]
id=OID:0.4.0.1862.1.4
[disclosure]
id=OID:0.4.0.1862.1.5
value=SEQUENCE:locations
[locations]
a=SEQUENCE:location
[location]
url=IA5STRING:https://pds.valami.hu/
language=PRINTABLESTRING:hu
[type]
id=OID:0.4.0.1862.1.6
value=SEQUENCE:types
[types]
a=OID:0.4.0.1862.1.6.1
b=OID:0.4.0.1862.1.6.2
c=OID:0.4.0.1862.1.6.3
[legislation]
id=OID:0.4.0.1862.1.7
value=SEQUENCE:countries
[payment]
id=OID:0.4.0.19495.2
value=SEQUENCE:psd2
[psd2]
roles=SEQUENCE:roles
name=UTF8:Magyar Nemzeti Bank
id=UTF8:HU-MNB
[roles]
a=SEQUENCE:role
[role]
id=OID:0.4.0.19495.1.3
name=UTF8:PSP_AI
[semantics]
id=OID:1.3.6.1.5.5.7.11.2
value=SEQUENCE:syntax
[syntax]
id=OID:0.4.0.194121.1.2
[unknown]
id=OID:1.2.3.4`,
  'transparency and others': `noCheck=ignored
1.3.6.1.4.1.11129.2.4.3=critical,ASN1:NULL
1.3.6.1.5.5.7.1.12=ASN1:SEQUENCE:logotype
2.5.29.16=ASN1:SEQUENCE:period
2.16.840.1.113733.1.6.9=ASN1:BOOLEAN:TRUE
1.2.3.4.5.6=critical,ASN1:UTF8String:unknown
[logotype]
subject=EXPLICIT:2,SEQUENCE:logo
[logo]
a=INTEGER:1
[period]
from=IMPLICIT:0,GENERALIZEDTIME:20260101000000Z
until=IMPLICIT:1,GENERALIZEDTIME:20270101000000Z`,
  points: `crlDistributionPoints=point
[point]
fullname=URI:http://crl.valami.hu/b.crl
CRLissuer=dirName:issuing
reasons=keyCompromise,CACompromise
[issuing]
CN=CRL issuer`,
  'a relative point': `crlDistributionPoints=point
[point]
relativename=relative
CRLissuer=dirName:issuing
[relative]
CN=relative
[issuing]
O=Valami`,
};

/** The lines of --long about them, extension by extension. */
export const extensionLines: readonly string[] = [
  'a CA, at most 3 CAs below it',
  'a CA',
  'not a CA',
  'keyCertSign, cRLSign',
  'digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment, keyAgreement, encipherOnly, decipherOnly',
  'serverAuth',
  'anyExtendedKeyUsage',
  '1.2.3.4',
  'DNS:*.valami.hu',
  'EMAIL:info@valami.hu',
  'URI:https://valami.hu/a?b=c',
  'IP:10.1.2.3',
  'IP:2001:db8::1',
  'RID:1.2.3.4',
  'DN:O=Valami,C=HU',
  'UPN:user@valami.hu',
  'SmtpUTF8Mailbox:őr@valami.hu',
  'SRVName:_ldap.valami.hu',
  'XmppAddr:user@xmpp.valami.hu',
  'NAIRealm:realm.valami.hu',
  '1.2.3.4.5:#3003020101',
  'X400:3003020101',
  'EDI:a103130161',
  'issuer DN:CN=extensions',
  'URI:http://crl.valami.hu/a.crl',
  'URI:ldap://ldap.valami.hu/cn=ca',
  'for keyCompromise, cACompromise',
  'issued by DN:CN=CRL issuer',
  'relative to the issuer: CN=relative',
  'URI:http://crl.valami.hu/delta.crl',
  'OCSP URI:http://ocsp.valami.hu',
  'CA issuers URI:http://ca.valami.hu/ca.crt',
  'CA repository URI:http://repository.valami.hu/',
  'organizationValidated (2.23.140.1.2.2)',
  'domainValidated (2.23.140.1.2.1)',
  'individualValidated (2.23.140.1.2.3)',
  'extendedValidation (2.23.140.1.1)',
  'anyPolicy (2.5.29.32.0)',
  'CPS http://cps.valami.hu/',
  'notice 1, 2 of Valami',
  'notice: A notice',
  'status_request (must staple)',
  'status_request_v2',
  'permitted DNS:valami.hu',
  'permitted IP:10.0.0.0/8',
  'permitted DN:O=Valami,C=HU',
  'excluded EMAIL:.example.com',
  'excluded URI:.example.org',
  'excluded IP:2001:db8::/32',
  'a policy is required after 1 certificates',
  'no mapping after 2 certificates',
  'after 4 certificates',
  '1.2.3 is their 1.2.4',
  'SSL client, SSL server, S/MIME, object signing, reserved, SSL CA, S/MIME CA, object signing CA',
  'A comment',
  'https://valami.hu/base',
  'https://valami.hu/revoked',
  'https://valami.hu/ca-revoked',
  'https://valami.hu/renewal',
  'https://valami.hu/policy',
  'ssl.valami.hu',
  'WebServer',
  'certificate 1, key 2',
  '0123456789abcdef0123456789abcdef01234567',
  '1.3.6.1.4.1.311.21.8.10247.8475 version 100.4',
  'serverAuth (1.3.6.1.5.5.7.3.1)',
  'countryOfCitizenship (1.3.6.1.5.5.7.9.4) HU',
  'qualified (EU)',
  'limit of transactions: EUR 25000',
  'years records are kept: 15',
  'the key is in a qualified signature creation device',
  'disclosure statements: https://pds.valami.hu/ hu',
  'type: electronic signature, electronic seal, website authentication',
  'legislation of: HU',
  'payment services (PSD2): PSP_AI, Magyar Nemzeti Bank, HU-MNB',
  'syntax 2: semantics of legal persons',
  '1.2.3.4',
  'is there',
  'a precertificate: not valid in TLS',
  'a logotype',
  'signs from 2026-01-01T00:00:00Z',
  'signs until 2027-01-01T00:00:00Z',
  '2026-03-05T10:00:00.123Z log 3e0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  '0c07756e6b6e6f776e',
];
