using System.Net;

namespace TimeShift.Server.Hosting;

/// <summary>HTTPS, and with it HTTP/2, which browsers speak over TLS alone.</summary>
/// <param name="Certificate">A PEM file (with its chain) or a PKCS#12 file; null: one is made at the start, which browsers will warn of.</param>
/// <param name="Key">The PEM file of the private key; null where the certificate's file has it.</param>
internal sealed record TlsSettings(IPEndPoint Listen, string? Certificate, string? Key, string? Password);
