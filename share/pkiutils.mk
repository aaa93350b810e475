# Rules for certificates in a Makefile (GNU make). Say what you want and include it:
#
#   PKI_FOR = icewarp
#   PKI_CSR_FLAGS = --org Valami --city Budapest --country HU
#   PKI_CSR_FLAGS_mail = --cn mail.valami.hu -a '*.valami.hu'
#
#   all: mail.pem
#   include pkiutils.mk
#
# Above the include, every name has its PKI_CSR_FLAGS_name, or stands in PKI_HOSTS: there are no rules for others. mail.key
# is made once and never again. mail.csr is what csr-check accepts, made again when the flags change; mail.crt comes from the
# local CA, or from the one in PKI_ACME; mail.pem is what the server loads. `make renew-mail` puts new ones in their place,
# with the same key, when it is time, and does nothing otherwise: run it from cron. Every file appears whole or not at all,
# so make may be interrupted, and may run with -j.
#
# The local CA's revocation list is ca.crl. `make suspend-mail` puts mail.crt on it, `release-mail` takes it off again, and
# `revoke-mail` is for good. `make refresh-crl` makes a new list, and revokes what was suspended for too long: run it from
# cron well before PKI_CRL_NEXT is over.

CSR_GEN ?= csr-gen
CSR_CHECK ?= csr-check
CSR_SIGN ?= csr-sign
PEM_MERGE ?= pem-merge
CSR_SUBMIT ?= csr-submit
CERT_DUE ?= cert-due
CRL_GEN ?= crl-gen

# Names without flags of their own.
PKI_HOSTS ?=
# The local CA, and options for what it issues (--days 30, --chain, ...).
PKI_CA ?= ca.pem
PKI_CA_KEY ?= ca.key
PKI_SIGN_FLAGS ?=
# Another CA, by ACME: which one, and how names are proved, as csr-submit takes it; and the key of the account there.
#   PKI_ACME = --server letsencrypt --agree-tos --webroot /var/www/html
PKI_ACME ?=
PKI_ACCOUNT ?= account.key
# The kind of new keys, and the rules requests are checked by.
PKI_KEY_FLAGS ?= -n rsa:2048
PKI_PROFILE ?= webpki
# The server the merged file is for, files with the certificates above it, options, and what to do when it is new.
PKI_FOR ?= nginx
PKI_CHAIN ?= $(if $(PKI_ACME),,$(PKI_CA))
PKI_MERGE_FLAGS ?=
PKI_RELOAD ?= :
# When it is time to renew, as cert-due takes it: so many days before the end, with PKI_ACME a third of the life before it.
# PKI_DUE = --server letsencrypt asks the CA.
PKI_RENEW_DAYS ?= 30
PKI_DUE ?= $(if $(PKI_ACME),,--before $(PKI_RENEW_DAYS)d)

# The revocation list, when the next one comes, after which time suspended certificates are revoked, options (--der,
# --crl-url URL), and why a certificate is revoked: make revoke-mail PKI_REASON=keyCompromise.
PKI_CRL ?= ca.crl
PKI_CRL_NEXT ?= 7d
PKI_HOLD_LIMIT ?= 5d
PKI_CRL_FLAGS ?=
PKI_REASON ?= unspecified

# Another CA? Say how its answer to '$*.csr' becomes '$*.crt'.
PKI_ISSUE ?= $(if $(PKI_ACME),$(CSR_SUBMIT) -q --account '$(PKI_ACCOUNT)' $(PKI_ACME) $(pki-renews),$(CSR_SIGN) \
	--ca $(PKI_CA) --ca-key $(PKI_CA_KEY) $(PKI_SIGN_FLAGS)) -o '$*.crt' '$*.csr'

pki-hosts := $(sort $(PKI_HOSTS) $(patsubst PKI_CSR_FLAGS_%,%,$(filter PKI_CSR_FLAGS_%,$(.VARIABLES))))

# Names are words in recipes and in the names of files: what is left of one without its safe characters must be nothing.
pki-safe := a b c d e f g h i j k l m n o p q r s t u v w x y z A B C D E F G H I J K L M N O P Q R S T U V W X Y Z \
	0 1 2 3 4 5 6 7 8 9 . _ -
pki-without = $(if $1,$(call pki-without,$(wordlist 2,99,$1),$(subst $(firstword $1),,$2)),$2)
$(foreach host,$(pki-hosts),$(if $(call pki-without,$(pki-safe),$(host))$(filter -% .%,$(host)),\
	$(error PKI: "$(host)" is no name for files: letters, digits, ".", "_" and "-", and neither "." nor "-" in front)))

# A host's files are its own: one called ca would have the CA's key, and its merged file would replace the CA's certificate.
pki-others := $(if $(PKI_ACME),$(PKI_ACCOUNT),$(PKI_CA) $(PKI_CA_KEY)) $(PKI_CRL)
$(foreach host,$(pki-hosts),$(foreach file,$(filter $(addprefix $(host).,key csr crt pem flags),$(pki-others)),\
	$(error PKI: "$(host)" would have $(file), which is the CA's or the account's: call one of them otherwise)))

# The flags a request was made with are kept beside it: when others are asked for, it is made again. $* is the name, as in
# a recipe.
pki-flags = $(strip $(PKI_CSR_FLAGS) $(PKI_CSR_FLAGS_$*))
pki-kept = $(strip $(shell cat '$*.flags'))
$(foreach *,$(pki-hosts),$(if $(wildcard $*.flags),$(if $(subst x$(pki-flags)x,,x$(pki-kept)x),\
	$(eval $*.csr: pki-always))))

pki-request = $(CSR_GEN) -k '$*.key' $(PKI_CSR_FLAGS) $(PKI_CSR_FLAGS_$*) | \
	$(CSR_CHECK) -q --profile $(PKI_PROFILE) --pass -o '$*.csr' && \
	printf '%s\n' '$(subst ','\'',$(pki-flags))' > '$*.flags'
pki-merge = $(PEM_MERGE) -q --for $(PKI_FOR) $(PKI_MERGE_FLAGS) -o '$*.pem' '$*.key' '$*.crt' $(PKI_CHAIN)

pki-files = $(addsuffix .$1,$(pki-hosts))

$(call pki-files,key): %.key:
	$(CSR_GEN) --key-only $(PKI_KEY_FLAGS) -K '$@'

$(call pki-files,csr): %.csr: %.key
	$(pki-request)

$(call pki-files,crt): %.crt: %.csr
	$(PKI_ISSUE)

$(call pki-files,pem): %.pem: %.crt %.key
	$(pki-merge)

# Exit status 1 of cert-due is "not yet"; 2 is an error, and stops make. The CA is told what is replaced.
$(addprefix renew-,$(pki-hosts)): private pki-renews = --renews '$*.crt'
$(addprefix renew-,$(pki-hosts)): renew-%: %.pem pki-always
	@$(CERT_DUE) -q $(PKI_DUE) '$*.crt'; case $$? in 0) ;; 1) exit 0 ;; *) exit 2 ;; esac; set -x; \
	$(pki-request) && $(PKI_ISSUE) && $(pki-merge) && { $(PKI_RELOAD); }

pki-crl = $(CRL_GEN) --ca $(PKI_CA) --ca-key $(PKI_CA_KEY) --next $(PKI_CRL_NEXT) $(PKI_CRL_FLAGS) -o '$(PKI_CRL)'
pki-next-crl = $(pki-crl) --from '$(PKI_CRL)'

$(PKI_CRL):
	$(pki-crl) < /dev/null

$(addprefix revoke-,$(pki-hosts)): revoke-%: $(PKI_CRL) pki-always
	$(pki-next-crl) --reason '$(PKI_REASON)' '$*.crt'

$(addprefix suspend-,$(pki-hosts)): suspend-%: $(PKI_CRL) pki-always
	$(pki-next-crl) --hold '$*.crt'

$(addprefix release-,$(pki-hosts)): release-%: $(PKI_CRL) pki-always
	$(pki-next-crl) --release '$*.crt'

refresh-crl: $(PKI_CRL) pki-always
	$(pki-next-crl) --hold-limit $(PKI_HOLD_LIMIT)

# Each of these goes on from the list the one before it made, with -j too.
pki-changes := $(filter refresh-crl $(foreach verb,revoke suspend release,$(addprefix $(verb)-,$(pki-hosts))),$(MAKECMDGOALS))
pki-before :=
$(foreach change,$(pki-changes),$(if $(pki-before),$(eval $(change): | $(pki-before)))$(eval pki-before := $(change)))

.PHONY: pki-always refresh-crl $(foreach verb,renew revoke suspend release,$(addprefix $(verb)-,$(pki-hosts)))
pki-always: ;

.PRECIOUS: $(foreach kind,key csr crt pem,$(call pki-files,$(kind)))
