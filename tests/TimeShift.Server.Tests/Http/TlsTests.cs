using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using TimeShift.Server.Tests.EndToEnd;

namespace TimeShift.Server.Tests.Http;

public sealed partial class TlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Https_speaks_both_versions_of_http(bool withCertificate)
    {
        string[] settings = ["--TimeShift:Http:TlsListen=127.0.0.1:0", "--TimeShift:Streams:cam:Source=test:?size=160x90&rate=25"];
        if (withCertificate) settings = [.. settings, $"--TimeShift:Http:Certificate={MakeCertificate()}"];
        await using var server = await ServerProcess.StartAsync(_folder.File("archive"), settings);
        X509Certificate2? shown = null;
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, given, _, _) =>
            {
                shown = X509CertificateLoader.LoadCertificate(given!.RawData);
                return true;
            },
        };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(Site().Match(server.Output).Groups[1].Value) };
        await server.WithSegmentsAsync("cam", 1);
        foreach (var version in new[] { HttpVersion.Version20, HttpVersion.Version11 })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/cam/v1.m3u8") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var response = await http.SendAsync(request);
            Assert.Equal((version, HttpStatusCode.OK), (response.Version, response.StatusCode));
            Assert.Contains("#EXTM3U", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(withCertificate ? "CN=front.example" : "CN=TimeShift", shown!.Subject);
        Assert.Equal(withCertificate, !server.Output.Contains("of our own", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_that_is_none_is_named()
    {
        var file = _folder.File("bad.pem");
        await File.WriteAllTextAsync(file, "no certificate");
        await using var server = ServerProcess.Run(
            "serve", "--TimeShift:Http:Listen=127.0.0.1:0", "--TimeShift:Http:TlsListen=127.0.0.1:0", "--TimeShift:Rtmp:Listen=off", $"--TimeShift:Archive:Root={_folder.File("archive")}", $"--TimeShift:Http:Certificate={file}");
        Assert.NotEqual(0, await server.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains($"'{file}' cannot be used", server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_are_served_for_prometheus()
    {
        await using var server = await ServerProcess.StartAsync(_folder.File("archive"), "--TimeShift:Streams:cam:Source=test:?size=160x90&rate=25");
        await server.WithSegmentsAsync("cam", 1);
        var text = await server.TextAsync("/metrics");
        Assert.Matches(@"timeshift_stream_packets_total\{.*stream=""cam""\} [1-9]", text);
        Assert.Matches(@"timeshift_publishers\{.*\} 1\b", text);
        Assert.Contains("dotnet_gc_heap_total_allocated", text, StringComparison.Ordinal);
    }

    private string MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var now = DateTimeOffset.UnixEpoch.AddYears(50);
        using var certificate = new CertificateRequest("CN=front.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now, now.AddYears(50));
        var file = _folder.File("front.pem");
        File.WriteAllText(file, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return file;
    }

    [GeneratedRegex(@"HTTPS\s+(https://\S+)")]
    private static partial Regex Site();
}
