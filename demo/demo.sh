#!/bin/sh
# A certificate's whole life in one folder: request, check, issue, merge, serve, inspect, match, renew, revoke.
# Everything happens in a temporary directory; nothing needs OpenSSL, or reaches beyond this machine. Copy from it freely.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
PATH="$here/../bin:$PATH"
export PATH
work=$(mktemp -d "${TMPDIR:-/tmp}/pkiutils-demo.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work"

# Says what comes, shows the command, runs it. A failing command ends the demo.
step() {
  printf '\n# %s\n$ %s\n' "$1" "$2"
  eval "$2"
}

# A TLS server and a client in one Node.js process: the server loads the merged file, the client trusts our CA only.
handshake() {
  node "$here/handshake.js" "$@"
}

step 'a local CA: its key and its own certificate, good for ten years' \
  'csr-gen --cn Local-CA --ca --self-sign 3650 -K ca.key -o ca.pem'

step 'a key and a request for the mail server, checked as the CA will check it; the key stays here' \
  "csr-gen --cn mail.valami.hu -a '*.valami.hu' --org Valami --city Budapest --country HU -K mail.key |
    csr-check --profile netlock --expect mail.valami.hu --expect '*.valami.hu' --pass -o mail.csr"

step 'the CA issues, and what comes back is merged with the key for IceWarp: key first, then the certificate' \
  'csr-sign --ca ca.pem --ca-key ca.key < mail.csr | pem-merge --for icewarp mail.key - -o icewarp_szerver.pem'

step 'only the owner can read the merged file; these are its blocks' \
  "ls -l icewarp_szerver.pem | cut -c 1-10; grep -e '-----BEGIN' icewarp_szerver.pem"

step 'what is in it?' \
  'cert-info icewarp_szerver.pem'

step 'would a client that trusts our CA trust it?' \
  'cert-verify --trust ca.pem --name mail.valami.hu icewarp_szerver.pem'

step 'a server loads it, a client that trusts only our CA connects' \
  'handshake icewarp_szerver.pem ca.pem mail.valami.hu'

step 'what does the server present, seen from outside?' \
  "node '$here/serve.js' icewarp_szerver.pem 'cert-fetch --servername mail.valami.hu 127.0.0.1:\$PORT |
    cert-info -f subject,names.dns,days_left'"

step 'which hosts does it cover? a wildcard stands for exactly one label' \
  "printf '%s\\n' alma.valami.hu barack.valami.hu | wildcard-match --cert icewarp_szerver.pem"

step 'and which of these does it not cover?' \
  "printf '%s\\n' alma.valami.hu jonatan.alma.valami.hu valami.hu | wildcard-match -v --cert icewarp_szerver.pem"

step 'renewal: a request for the same names with a new key, checked against the certificate it renews' \
  'csr-gen --from icewarp_szerver.pem -K mail-2.key |
    csr-check --profile netlock --renews icewarp_szerver.pem --pass -o mail-2.csr'

step 'issued, and merged over the old file: at every moment the server finds the old one or the new one, whole' \
  'cp icewarp_szerver.pem before.pem
csr-sign --ca ca.pem --ca-key ca.key < mail-2.csr | pem-merge --for icewarp mail-2.key - -o icewarp_szerver.pem'

step 'another certificate, another key, the same names: the server goes on' \
  'cert-info -f type,serial,names.dns before.pem icewarp_szerver.pem
handshake icewarp_szerver.pem ca.pem alma.valami.hu'

if cmp -s before.pem icewarp_szerver.pem; then
  echo 'demo: the renewal changed nothing' >&2
  exit 1
fi
step 'the old certificate is not to be used any more: it goes on the list of the CA' \
  'cert-info --pem before.pem > before.crt
crl-gen --ca ca.pem --ca-key ca.key --reason superseded -o ca.crl before.crt'

step 'is it still good? and the new one?' \
  'cert-status --crl ca.crl --issuer ca.pem before.crt || [ $? = 1 ]
cert-info --pem icewarp_szerver.pem | cert-status --crl ca.crl --issuer ca.pem'

# The same with a CA that speaks ACME, as Let's Encrypt does.
if command -v pebble >/dev/null && command -v pebble-challtestsrv >/dev/null; then
  csr-gen --cn localhost -a localhost -a 127.0.0.1 -q -K tls.key | csr-sign -q --ca ca.pem --ca-key ca.key -o tls.pem
  step "a CA of the public kind: Let's Encrypt's own test server. The request goes there, the name is proved, the chain comes back" \
    "node '$here/pebble.js' 'csr-gen --cn alma.valami.hu -K alma.key | csr-check --profile letsencrypt --pass |
    csr-submit --server \$SERVER --ca-file ca.pem --account account.key --agree-tos --listen 127.0.0.1:\$PORT |
    pem-merge --for nginx alma.key - -o alma.pem'"

  step 'is it time to renew? the status says: not yet' \
    'cert-due alma.pem || [ $? = 1 ]'
else
  printf '\n# with pebble and pebble-challtestsrv, the test CA of Let'"'"'s Encrypt, installed, the demo would go on:\n'
  printf '# csr-gen … | csr-check --profile letsencrypt --pass | csr-submit … | pem-merge …\n'
fi

printf '\n# done: everything above happened in %s, which is removed now\n' "$work"
