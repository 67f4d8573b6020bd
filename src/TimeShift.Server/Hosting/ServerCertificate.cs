using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TimeShift.Server.Hosting;

/// <summary>The certificate that HTTPS shows: the operator's, or one of our own making.</summary>
internal static class ServerCertificate
{
    private static readonly TimeSpan _ownLifetime = TimeSpan.FromDays(365);

    /// <exception cref="InvalidOperationException">The file cannot be read or used; the message says which, and what is expected.</exception>
    public static X509Certificate2 For(TlsSettings settings, TimeProvider clock)
    {
        if (settings.Certificate is not { } path) return SelfSigned(clock.GetUtcNow());
        try
        {
            var certificate = IsPkcs12(path)
                ? X509CertificateLoader.LoadPkcs12FromFile(path, settings.Password)
                : X509Certificate2.CreateFromPemFile(path, settings.Key);
            if (!certificate.HasPrivateKey) throw new CryptographicException("it has no private key");
            return certificate;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"TimeShift:Http:Certificate '{path}' cannot be used: {e.Message} Expected a PEM file with its key (in the file, or in Http:CertificateKey), or a PKCS#12 file with Http:CertificatePassword.", e);
        }
    }

    private static bool IsPkcs12(string path) => Path.GetExtension(path).ToLowerInvariant() is ".pfx" or ".p12";

    private static X509Certificate2 SelfSigned(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=TimeShift", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(Dns.GetHostName());
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        return request.CreateSelfSigned(now - TimeSpan.FromDays(1), now + _ownLifetime);
    }
}
