using FFmpeg.AutoGen;
using TimeShift.FFmpeg.Libraries;

namespace TimeShift.FFmpeg.Codecs;

/// <summary>
/// Filters of libavfilter one behind the other. Options are set one by one, so that no text has to survive the escaping rules of a graph
/// description.
/// </summary>
internal sealed unsafe class FilterChain : IDisposable
{
    private AVFilterGraph* _graph = ffmpeg.avfilter_graph_alloc();
    private AVFilterContext* _first;
    private AVFilterContext* _last;
    private int _count;

    public FilterChain() => _graph->nb_threads = 1;

    /// <exception cref="InvalidOperationException">This FFmpeg does not have the filter, or the filter refuses an option.</exception>
    public FilterChain Add(string filter, params ReadOnlySpan<(string Key, string Value)> options)
    {
        var type = ffmpeg.avfilter_get_by_name(filter);
        if (type == null) throw new InvalidOperationException($"this FFmpeg has no filter '{filter}'");
        var context = ffmpeg.avfilter_graph_alloc_filter(_graph, type, $"{filter}{_count++}");
        foreach (var (key, value) in options)
            AvError.Throw(ffmpeg.av_opt_set(context, key, value, ffmpeg.AV_OPT_SEARCH_CHILDREN), $"the option {key}={value} of filter '{filter}'");
        AvError.Throw(ffmpeg.avfilter_init_str(context, null), $"the filter '{filter}'");
        if (_last != null) AvError.Throw(ffmpeg.avfilter_link(_last, 0, context, 0), $"linking the filter '{filter}'");
        else _first = context;
        _last = context;
        return this;
    }

    /// <param name="frameSize">Samples per frame that the end hands out; 0 for frames as they come.</param>
    public FilterChain Finish(int frameSize = 0)
    {
        AvError.Throw(ffmpeg.avfilter_graph_config(_graph, null), "the filter graph");
        if (frameSize > 0) ffmpeg.av_buffersink_set_frame_size(_last, (uint)frameSize);
        return this;
    }

    /// <summary>Gives a frame to the chain's <c>buffer</c> filter, which takes over what the frame holds.</summary>
    public void Push(AVFrame* frame) => AvError.Throw(ffmpeg.av_buffersrc_add_frame(_first, frame), "filtering");

    /// <summary>The next frame from the chain's <c>buffersink</c>.</summary>
    public void Pull(AVFrame* frame) => AvError.Throw(ffmpeg.av_buffersink_get_frame(_last, frame), "filtering");

    public void Dispose()
    {
        var graph = _graph;
        ffmpeg.avfilter_graph_free(&graph);
        _graph = null;
    }
}
