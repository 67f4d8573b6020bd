using Microsoft.Playwright;

namespace TimeShift.Server.Tests.EndToEnd;

/// <summary>The page at <c>/</c>, with hls.js, in the distribution's Chromium.</summary>
public sealed class BrowserTests(LiveServer live)
{
    private const string Chromium = "/usr/bin/chromium";

    // The page's video element lies in shadow roots; what hls.js counts is asked of the element itself.
    private const string Video = """
        (() => {
          const find = root => root.querySelector('video') ?? [...root.querySelectorAll('*')].map(e => e.shadowRoot && find(e.shadowRoot)).find(v => v);
          return find(document);
        })()
        """;

    private ServerProcess Server => live.Server;

    [Fact]
    public async Task The_page_plays_live_and_thirty_seconds_back()
    {
        await Server.WithSegmentsAsync(LiveServer.Camera, 34, 90);
        await using var browser = await PageAsync($"#/stream/{LiveServer.Camera}");
        var page = browser.Page;
        var start = await PlaysAsync(page, 2);
        var live1 = await page.EvaluateAsync<double>($"{Video}.currentTime");
        Assert.True(live1 >= start, $"{live1} after {start}");
        await page.EvaluateAsync($"{Video}.currentTime -= 30");
        await PlaysAsync(page, 2);
        var now = await page.EvaluateAsync<double>($"{Video}.currentTime");
        Assert.InRange(live1 - now, 20, 30);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Repository.Results, "console-live.png") });
        browser.AssertNoFault();
    }

    [Fact]
    public async Task The_page_plays_a_range_over_a_reconnect_to_its_end()
    {
        var list = await live.ReconnectedAsync();
        var at = LiveServer.Break(list);
        // Within the first and the last segment, as the list's times are rounded.
        var from = list.Segments[at - 3].ProgramDateTime!.Value.ToDateTimeOffset().ToUnixTimeMilliseconds() / 1000.0 + 0.02;
        var to = list.Segments[at + 3].ProgramDateTime!.Value.ToDateTimeOffset().ToUnixTimeMilliseconds() / 1000.0 - 0.02;
        await using var browser = await PageAsync(FormattableString.Invariant($"#/stream/{LiveServer.Pushed}?from={from:0.000}&to={to:0.000}"));
        await browser.Page.WaitForFunctionAsync("window.timeshift?.hls");
        // The first picture in the midst of a stay is shown a little after the range begins, since pictures are decoded before they are shown: hls.js steps over that.
        await browser.Page.EvaluateAsync(
            $"window.faults = []; window.timeshift.hls.on('hlsError', (_, data) => {{ if ({Video}.currentTime > 0.25) window.faults.push(data.details + ' at ' + {Video}.currentTime) }})");
        await PlaysAsync(browser.Page, 3);
        await browser.Page.WaitForFunctionAsync($"{Video}.ended", null, new PageWaitForFunctionOptions { Timeout = 40_000 });
        // How many pictures Chromium counts is its own affair on a busy machine (150 of 150, 148, or 177 were seen); that each is played, ffmpeg and GStreamer are held to.
        Assert.True(await browser.Page.EvaluateAsync<double>($"{Video}.getVideoPlaybackQuality().totalVideoFrames") > 6 * 25 * 0.8);
        // Nothing was skipped or waited for: what hls.js put into its buffer lies end to end, over the break too.
        Assert.Empty(await browser.Page.EvaluateAsync<string[]>("window.faults"));
        Assert.Equal(1, await browser.Page.EvaluateAsync<int>($"{Video}.buffered.length"));
        var holes = await browser.Page.EvaluateAsync<double[]>("window.timeshift.hls.levels[0].details.fragments.map((f, i, all) => f.startPTS - (i ? all[i - 1].endPTS : 0))");
        Assert.Equal(6, holes.Length);
        // The first one begins in the midst of a stay, where pictures are decoded before they are shown.
        Assert.All(holes.Skip(1), hole => Assert.InRange(hole, -0.002, 0.002));
        await browser.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Repository.Results, "console-range.png") });
        browser.AssertNoFault();
    }

    [Fact]
    public async Task The_controls_go_back_to_the_window_s_start_to_live_and_to_a_range()
    {
        await Server.WithSegmentsAsync(LiveServer.Camera, 20, 90);
        await using var browser = await PageAsync($"#/stream/{LiveServer.Camera}");
        var page = browser.Page;
        await PlaysAsync(page, 1);
        await page.WaitForSelectorAsync("[data-testid=live][aria-pressed=true]");

        await page.ClickAsync("[data-testid=back-30]");
        await page.WaitForSelectorAsync("[data-testid=live][aria-pressed=false]");
        await page.PressAsync("[data-testid=seek-bar]", "Home");
        await PlaysAsync(page, 1);
        var bar = page.Locator("[data-testid=seek-bar]");
        var behind = Number(await bar.GetAttributeAsync("aria-valuenow")) - Number(await bar.GetAttributeAsync("aria-valuemin"));
        Assert.InRange(behind, 0, 15);

        await page.ClickAsync("[data-testid=live]");
        await page.WaitForSelectorAsync("[data-testid=live][aria-pressed=true]");
        await PlaysAsync(page, 1);

        await page.ClickAsync("[data-testid=range-play]");
        await page.WaitForURLAsync(new System.Text.RegularExpressions.Regex(@"\?from=\d+&to=\d+$"));
        await page.WaitForFunctionAsync("window.timeshift.hls.url.includes('?from=')");
        await PlaysAsync(page, 1);
        Assert.EndsWith(page.Url[page.Url.IndexOf('?', StringComparison.Ordinal)..], await page.TextContentAsync("[data-testid=url] code"), StringComparison.Ordinal);
        browser.AssertNoFault();

        static long Number(string? text) => long.Parse(text!, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until so many seconds more have been played, with frames decoded; gives the time where that began.</summary>
    private static async Task<double> PlaysAsync(IPage page, double seconds)
    {
        var options = new PageWaitForFunctionOptions { Timeout = 40_000 };
        await page.WaitForFunctionAsync($"{Video} && {Video}.readyState >= 3 && !{Video}.seeking", null, options);
        await page.EvaluateAsync($"{Video}.play()");
        var start = await page.EvaluateAsync<double>($"{Video}.currentTime");
        var frames = await page.EvaluateAsync<double>($"{Video}.getVideoPlaybackQuality().totalVideoFrames");
        await page.WaitForFunctionAsync(
            FormattableString.Invariant($"{Video}.currentTime >= {start + seconds} && {Video}.getVideoPlaybackQuality().totalVideoFrames > {frames + 20}"), null, options);
        return start;
    }

    private async Task<OpenPage> PageAsync(string route)
    {
        if (!File.Exists(Chromium)) Assert.Skip($"{Chromium} is not installed.");
        if (!File.Exists(Path.Combine(AppContext.BaseDirectory, "console", "index.html"))) Assert.Skip("The console is not built: build/setup builds it.");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            Args = ["--autoplay-policy=no-user-gesture-required", "--no-sandbox", "--disable-gpu", "--mute-audio"],
        });
        var opened = new OpenPage(playwright, browser, await browser.NewPageAsync());
        await opened.Page.GotoAsync($"{Server.Site}{route}");
        return opened;
    }

    private sealed class OpenPage : IAsyncDisposable
    {
        private readonly IPlaywright _playwright;
        private readonly IBrowser _browser;
        private readonly List<string> _faults = [];

        public OpenPage(IPlaywright playwright, IBrowser browser, IPage page)
        {
            (_playwright, _browser, Page) = (playwright, browser, page);
            page.PageError += (_, error) => _faults.Add(error);
            page.Response += (_, response) =>
            {
                if (response.Status >= 400 && !response.Url.EndsWith("favicon.ico", StringComparison.Ordinal)) _faults.Add($"{response.Status} {response.Url}");
            };
        }

        public IPage Page { get; }

        public void AssertNoFault() => Assert.Empty(_faults);

        public async ValueTask DisposeAsync()
        {
            await _browser.CloseAsync();
            _playwright.Dispose();
        }
    }
}
