using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using TimeShift.Protocols.Rtsp;
using static TimeShift.Protocols.Tests.Rtsp.RtspMedia;

namespace TimeShift.Protocols.Tests.Rtsp;

public sealed partial class RtspAuthenticationTests
{
    private const string Realm = "a \"quoted\" realm";
    private readonly PullHost _host = new();
    private readonly List<string> _nonces = [];

    [Theory]
    [InlineData("Digest realm=\"REALM\", nonce=\"NONCE\"")]
    [InlineData("Digest realm=\"REALM\", nonce=\"NONCE\", algorithm=MD5, opaque=\"x\"")]
    [InlineData("Digest realm=\"REALM\", nonce=\"NONCE\", qop=\"auth,auth-int\"")]
    [InlineData("Digest realm=\"REALM\", nonce=\"NONCE\", algorithm=SHA-256, qop=\"auth\"")]
    [InlineData("Digest realm=\"REALM\", nonce=\"NONCE\", algorithm=MD5-sess, qop=\"auth\"")]
    [InlineData("Basic realm=\"REALM\"")]
    [InlineData("Basic realm=\"REALM\"\r\nWWW-Authenticate: Digest realm=\"REALM\", nonce=\"NONCE\"\r\nWWW-Authenticate: Digest realm=\"REALM\", nonce=\"NONCE\", algorithm=SHA-256, qop=\"auth\"")]
    public async Task The_right_password_opens(string challenge)
    {
        await using var camera = new ScriptedCamera();
        camera.Answer = r => IsRight(r) ? null : Challenge(challenge);
        camera.ClosesAfterPlay = true;
        camera.Play = async (stream, stop) => await stream.WriteAsync((byte[])[.. Video(0, 5).SelectMany(f => f)], stop);
        var end = await _host.PullAsync($"rtsp://us%20er:{PullHost.Password}%2F@{camera.Address}?x=1", TestContext.Current.CancellationToken);
        Assert.Equal((RtspFault.Finished, 5), (end.Fault, _host.Sink.Video.Length));
        // Asked once, and the strongest scheme taken.
        Assert.Equal(2, camera.Count("OPTIONS"));
        Assert.Equal(1, camera.Count("DESCRIBE"));
        if (challenge.Contains("SHA-256", StringComparison.Ordinal)) Assert.Contains("SHA-256", camera.Requests.Last()["Authorization"], StringComparison.Ordinal);
        Assert.DoesNotContain(camera.Requests, r => r.Uri.Contains('@', StringComparison.Ordinal) || r.Uri.Contains(PullHost.Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_nonce_that_has_run_out_is_replaced()
    {
        await using var camera = new ScriptedCamera { ClosesAfterPlay = true };
        var right = 0;
        camera.Answer = r => !IsRight(r) ? Challenge("Digest realm=\"REALM\", nonce=\"NONCE\", stale=true")
            : ++right % 2 == 0 ? Challenge("Digest realm=\"REALM\", nonce=\"NONCE\", stale=true") : null;
        var end = await _host.PullAsync($"rtsp://us%20er:{PullHost.Password}%2F@{camera.Address}", TestContext.Current.CancellationToken);
        Assert.Equal(RtspFault.Finished, end.Fault);
        Assert.True(_nonces.Count > 2);
    }

    [Theory]
    [InlineData("Digest realm=\"REALM\", nonce=\"NONCE\"", "user or the password is wrong")]
    [InlineData("Digest realm=\"REALM\", nonce=\"NONCE\", stale=true", "user or the password is wrong")]
    [InlineData("Basic realm=\"REALM\"", "user or the password is wrong")]
    [InlineData("Bearer realm=\"REALM\"", "user or the password is wrong")]
    public async Task A_camera_that_goes_on_asking_is_left(string challenge, string reason)
    {
        await using var camera = new ScriptedCamera { Answer = _ => Challenge(challenge) };
        var end = await _host.PullAsync($"rtsp://user:{PullHost.Password}@{camera.Address}", TestContext.Current.CancellationToken);
        Assert.Equal(RtspFault.AuthenticationFailed, end.Fault);
        Assert.Contains("401", end.Reason, StringComparison.Ordinal);
        Assert.Contains(reason, end.Reason, StringComparison.Ordinal);
        Assert.InRange(camera.Requests.Count, 1, 3);
    }

    [Fact]
    public async Task Without_a_user_it_is_said_that_one_is_wanted()
    {
        await using var camera = new ScriptedCamera { Answer = _ => Challenge("Basic realm=\"REALM\"") };
        var end = await _host.PullAsync(camera.Url, TestContext.Current.CancellationToken);
        Assert.Equal(RtspFault.AuthenticationFailed, end.Fault);
        Assert.Contains("wants a user and a password", end.Reason, StringComparison.Ordinal);
    }

    private string Challenge(string text)
    {
        _nonces.Add($"n{_nonces.Count}");
        return $"401 Unauthorized\r\nWWW-Authenticate: {text.Replace("REALM", Realm.Replace("\"", "\\\"", StringComparison.Ordinal), StringComparison.Ordinal).Replace("NONCE", _nonces[^1], StringComparison.Ordinal)}\r\n";
    }

    // RFC 7616 §3.4.1, written from the server's side.
    private bool IsRight(CameraRequest request)
    {
        var (user, password) = ("us er", PullHost.Password + "/");
        if (request["Authorization"] is not { } header) return false;
        if (header.StartsWith("Basic ", StringComparison.Ordinal)) return Encoding.UTF8.GetString(Convert.FromBase64String(header[6..])) == $"{user}:{password}";
        var fields = Field().Matches(header).ToDictionary(m => m.Groups[1].Value, m => Regex.Unescape(m.Groups[2].Value + m.Groups[3].Value));
        Func<byte[], byte[]> algorithm = fields.GetValueOrDefault("algorithm")?.StartsWith("SHA-256", StringComparison.Ordinal) == true ? SHA256.HashData : MD5.HashData;
        string Hash(string text) => Convert.ToHexString(algorithm(Encoding.UTF8.GetBytes(text))).ToLower(CultureInfo.InvariantCulture);
        if (fields["nonce"] != _nonces[^1] || fields["uri"] != request.Uri || fields["realm"] != Realm || fields["username"] != user) return false;
        var first = Hash($"{user}:{Realm}:{password}");
        if (fields.GetValueOrDefault("algorithm") == "MD5-sess") first = Hash($"{first}:{fields["nonce"]}:{fields["cnonce"]}");
        var second = Hash($"{request.Method}:{request.Uri}");
        return fields["response"] == Hash(fields.TryGetValue("qop", out var qop)
            ? $"{first}:{fields["nonce"]}:{fields["nc"]}:{fields["cnonce"]}:{qop}:{second}"
            : $"{first}:{fields["nonce"]}:{second}");
    }

    [GeneratedRegex("""(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^",\s]+))""")]
    private static partial Regex Field();
}
