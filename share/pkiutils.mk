# Rules for certificates in a Makefile (GNU make). Say what you want and include it:
#
#   PKI_FOR = icewarp
#   PKI_CSR_FLAGS = --org Valami --city Budapest --country HU
#   PKI_CSR_FLAGS_mail = --cn mail.valami.hu -a '*.valami.hu'
#
#   all: mail.pem
#   include pkiutils.mk
#
# mail.key is made once and never again. mail.csr is what csr-check accepts; mail.crt comes from the local CA; mail.pem
# is what the server loads. `make renew-mail` puts new ones in their place, with the same key, when fewer than
# PKI_RENEW_DAYS days are left, and does nothing otherwise: run it from cron. Every file appears whole or not at all, so
# make may be interrupted, and may run with -j.

CSR_GEN ?= csr-gen
CSR_CHECK ?= csr-check
CSR_SIGN ?= csr-sign
PEM_MERGE ?= pem-merge
CERT_INFO ?= cert-info

# The local CA, and options for what it issues (--days 30, --chain, ...).
PKI_CA ?= ca.pem
PKI_CA_KEY ?= ca.key
PKI_SIGN_FLAGS ?=
# The kind of new keys, and the rules requests are checked by.
PKI_KEY_FLAGS ?= -n rsa:2048
PKI_PROFILE ?= webpki
# The server the merged file is for, files with the certificates above it, options, and what to do when it is new.
PKI_FOR ?= nginx
PKI_CHAIN ?= $(PKI_CA)
PKI_MERGE_FLAGS ?=
PKI_RELOAD ?= :
PKI_RENEW_DAYS ?= 30

# Another CA? Say how its answer to $*.csr becomes $*.crt.
PKI_ISSUE ?= $(CSR_SIGN) --ca $(PKI_CA) --ca-key $(PKI_CA_KEY) $(PKI_SIGN_FLAGS) -o $*.crt $*.csr

pki-request = $(CSR_GEN) -k $*.key $(PKI_CSR_FLAGS) $(PKI_CSR_FLAGS_$*) | \
	$(CSR_CHECK) -q --profile $(PKI_PROFILE) --pass -o $*.csr
pki-merge = $(PEM_MERGE) -q --for $(PKI_FOR) $(PKI_MERGE_FLAGS) -o $*.pem $*.key $*.crt $(PKI_CHAIN)

%.key:
	$(CSR_GEN) --key-only $(PKI_KEY_FLAGS) -K $@

%.csr: %.key
	$(pki-request)

%.crt: %.csr
	$(PKI_ISSUE)

%.pem: %.crt %.key
	$(pki-merge)

# Exit status 1 of cert-info is "it expires soon"; 2 is an error, and stops make.
renew-%: %.pem pki-always
	@$(CERT_INFO) -q --expires-within $(PKI_RENEW_DAYS)d $*.crt || { [ $$? -eq 1 ] && set -x && \
	$(pki-request) && $(PKI_ISSUE) && $(pki-merge) && { $(PKI_RELOAD); }; }

# The CA's own files are nobody's target: a missing one is an error, not something to make by the rules above.
$(PKI_CA) $(PKI_CA_KEY): ;

.PHONY: pki-always
pki-always: ;

.PRECIOUS: %.key %.csr %.crt %.pem
