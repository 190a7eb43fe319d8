#pragma once
// For tests only: a fresh self-signed certificate with its key, as PEM texts and as files. Any thread.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace yizhan::net {

class TestCertificate {
 public:
  // For a name or an address as the subject alternative name: "DNS:carrier.example", "IP:127.0.0.1".
  explicit TestCertificate(const std::string& alternative_name) {
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), X509_free);
    X509* const x = certificate.get();
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -kHour);
    X509_gmtime_adj(X509_getm_notAfter(x), kHour);
    X509_set_pubkey(x, key.get());
    X509_NAME* const name = X509_get_subject_name(x);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1,
                               -1, 0);
    X509_set_issuer_name(x, name);
    add_extension(x, NID_subject_alt_name, alternative_name.c_str());
    add_extension(x, NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(x, key.get(), EVP_sha256());
    certificate_pem = written([&](BIO* out) { PEM_write_bio_X509(out, x); });
    key_pem = written(
        [&](BIO* out) { PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  }

  // Writes both into the folder; their paths are then in certificate_path and key_path.
  void write_to(const std::filesystem::path& folder) {
    certificate_path = (folder / "certificate.pem").string();
    key_path = (folder / "key.pem").string();
    std::ofstream(certificate_path) << certificate_pem;
    std::ofstream(key_path) << key_pem;
  }

  std::string certificate_pem, key_pem;
  std::string certificate_path, key_path;

 private:
  static constexpr long kHour = 3'600;

  static void add_extension(X509* x, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, x, x, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    X509_add_ext(x, extension, -1);
    X509_EXTENSION_free(extension);
  }
  template <class Write>
  static std::string written(Write write) {
    const std::unique_ptr<BIO, int (*)(BIO*)> memory(BIO_new(BIO_s_mem()), BIO_free);
    write(memory.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<size_t>(size)};
  }
};

}  // namespace yizhan::net
