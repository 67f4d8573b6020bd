using System.Buffers;
using System.Net;
using TimeShift.Formats.Hls;

namespace TimeShift.LoadTest.Hls;

/// <summary>One player's connection: fetches and measures.</summary>
internal sealed class HlsClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    public HlsClient(bool http2, TimeProvider clock)
    {
        _clock = clock;
        // Without TLS there is no negotiation: the first byte is HTTP/2.
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = true, AutomaticDecompression = DecompressionMethods.All })
        {
            Timeout = Limit,
            DefaultRequestVersion = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    /// <returns>The list, or why there is none; the milliseconds that it took, to the last byte.</returns>
    public async Task<(Playlist? List, string? Fault, double Milliseconds)> PlaylistAsync(Uri address, CancellationToken cancel)
    {
        var began = _clock.GetTimestamp();
        try
        {
            using var response = await _http.GetAsync(address, cancel).ConfigureAwait(false);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
            var took = _clock.GetElapsedTime(began).TotalMilliseconds;
            return response.StatusCode == HttpStatusCode.OK ? (PlaylistParser.Parse(bytes), null, took) : (null, $"{address}: {(int)response.StatusCode}", took);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or FormatException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            return (null, $"{address}: {e.Message}", _clock.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    /// <returns>Bytes, 0 with a fault.</returns>
    public async Task<(long Bytes, string? Fault, double Milliseconds)> MediaAsync(Uri address, ByteRange? range, CancellationToken cancel)
    {
        var began = _clock.GetTimestamp();
        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = _http.DefaultRequestVersion, VersionPolicy = _http.DefaultVersionPolicy };
            if (range is { } part) request.Headers.Range = new System.Net.Http.Headers.RangeHeaderValue(part.Offset, part.Offset + part.Length - 1);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) return (0, $"{address}: {(int)response.StatusCode}", 0);
            using var body = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            long total = 0;
            while (await body.ReadAsync(buffer, cancel).ConfigureAwait(false) is > 0 and var count) total += count;
            return (total, total > 0 ? null : $"{address}: no bytes", _clock.GetElapsedTime(began).TotalMilliseconds);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            return (0, $"{address}: {e.Message}", 0);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _http.Dispose();
}
