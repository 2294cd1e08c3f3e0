#!/usr/bin/env bash
# Makes what the gateway's token check needs; OpenSSL is all it takes.
#   token.sh key > token-key.pem                    a private key, to be kept by whoever gives out tokens
#   token.sh jwks < token-key.pem > jwks.json       its public half, for the gateway
#   token.sh token CLIENT DAYS < token-key.pem      a token, for the header `Authorization: Bearer TOKEN`
set -euo pipefail

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
# The key's name: a digest of its public half, so that a gateway can know an old and a new key at a time.
key_id() { openssl pkey -in "$key" -pubout -outform DER | openssl dgst -sha256 -binary | base64url; }

key=$(mktemp)
trap 'rm -f "$key"' EXIT

case "${1:-}" in
  key)
    openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 ;;
  jwks)
    cat > "$key"
    hex=$(openssl rsa -in "$key" -noout -modulus | cut -d= -f2 | sed 's/../\\x&/g')
    modulus=$(printf '%b' "$hex" | base64url)
    printf '{"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "%s", "n": "%s", "e": "AQAB"}]}\n' \
      "$(key_id)" "$modulus" ;;
  token)
    client=${2:?the name of the client} days=${3:?how many days the token holds}
    [[ $client =~ ^[A-Za-z0-9._@-]+$ && $days =~ ^[0-9]+$ ]] ||
      { echo "token.sh: the client's name has letters, digits, dots, dashes and @ only, days are a number" >&2; exit 2; }
    cat > "$key"
    now=$(date +%s)
    header=$(printf '{"alg":"RS256","typ":"JWT","kid":"%s"}' "$(key_id)" | base64url)
    claims=$(printf '{"iss":"bertline","aud":"model-server","sub":"%s","iat":%d,"exp":%d}' \
      "$client" "$now" "$((now + days * 86400))" | base64url)
    signature=$(printf '%s' "$header.$claims" | openssl dgst -sha256 -sign "$key" -binary | base64url)
    echo "$header.$claims.$signature" ;;
  *)
    sed -n '2,5s/^# //p' "$0" >&2
    exit 2 ;;
esac
