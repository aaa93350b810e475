#!/bin/sh
# What pem-merge does, by openssl: usage: openssl-merge.sh OUT COUNT, in a folder with keys/ and certificates/.
set -eu
out=$1
cat lower.pem middle.pem >"$out/untrusted.pem"
i=0
while [ "$i" -lt "$2" ]; do
  host=host-$i.example.hu
  key=keys/$host.key
  certificate=certificates/$host.pem
  [ "$(openssl pkey -in "$key" -pubout)" = "$(openssl x509 -in "$certificate" -noout -pubkey)" ]
  openssl verify -CAfile root.pem -untrusted "$out/untrusted.pem" "$certificate" >/dev/null
  cat "$key" "$certificate" lower.pem middle.pem >"$out/o.$host.pem"
  i=$((i + 1))
done
