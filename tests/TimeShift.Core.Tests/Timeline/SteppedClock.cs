using Microsoft.Extensions.Time.Testing;

namespace TimeShift.Core.Tests.Timeline;

/// <summary>A clock whose wall time can be set, as an administrator or NTP does, while time itself only passes.</summary>
internal sealed class SteppedClock() : FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 16, 0, 0, TimeSpan.Zero))
{
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
}
