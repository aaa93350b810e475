# Rules for certificates in a Makefile. Say what you want and include it:
#
#   CA = ca.pem
#   CA_KEY = ca.key
#   SERVER = icewarp
#   CSR_FLAGS_mail = --cn mail.valami.hu -a '*.valami.hu' --org Valami --city Budapest --country HU
#
#   all: mail.pem
#   include pkiutils.mk
#
# mail.key and mail.csr are made once; mail.crt comes from the local CA (or put the CA's answer there yourself);
# mail.pem is what the server loads. A failing step leaves no half-made file. `make renew-mail` asks for a new
# certificate, with the same key, when the old one expires soon.

CSR_GEN ?= csr-gen
CSR_CHECK ?= csr-check
CSR_SIGN ?= csr-sign
PEM_MERGE ?= pem-merge
CERT_INFO ?= cert-info

CA ?= ca.pem
CA_KEY ?= ca.key
CSR_PROFILE ?= webpki
SERVER ?= nginx
RENEW_WITHIN ?= 30d

# A key that is there is used again: no rerun replaces it.
%.csr:
	$(CSR_GEN) $(CSR_FLAGS_$*) -K $*.key --reuse-keys | $(CSR_CHECK) --profile $(CSR_PROFILE) --pass -o $@

%.crt: %.csr
	$(CSR_SIGN) --ca $(CA) --ca-key $(CA_KEY) -o $@ $<

%.pem: %.crt
	$(PEM_MERGE) --for $(SERVER) $*.key $< -o $@

renew-%:
	$(CERT_INFO) -q --expires-within $(RENEW_WITHIN) $*.crt || \
	  { [ $$? -eq 1 ] && rm -f $*.csr $*.crt && $(MAKE) $*.pem; }

.PRECIOUS: %.csr %.crt
