using TimeShift.Core.Media;

namespace TimeShift.FFmpeg.Inputs;

public static class MediaInputs
{
    /// <summary>
    /// Opens any source that can be named by an address: <c>test:</c> by <see cref="SyntheticInput"/>, all others by
    /// <see cref="MediaInput"/>.
    /// </summary>
    /// <inheritdoc cref="MediaInput.Open"/>
    public static IMediaInput Open(SourceUrl url, MediaInputOptions options, TimeProvider clock, CancellationToken stop) => url.Scheme == "test"
        ? SyntheticInput.Open(url, options.Stream ?? "test", clock, stop)
        : MediaInput.Open(url, options, stop);
}
