using TimeShift.LoadTest.Processes;

namespace TimeShift.LoadTest.Tests.Processes;

public sealed class ProcTests
{
    [Fact]
    public void The_line_of_a_process_is_read_whatever_it_calls_itself()
    {
        var stat = ProcStat.Parse("4242 (a) b (c d) S 1 4242 4242 0 -1 4194560 10250 0 1 0 1234 567 0 0 20 0 27 0 152 1000 5000 18446744073709551615 1 1 0");
        Assert.Equal(new ProcStat(4242, "a) b (c d", 1, 1234, 567, 27), stat);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12 (x) S 1 2")]
    [InlineData("12 x S 1 4242 4242 0 -1 4194560 10250 0 1 0 1234 567 0 0 20 0 27 0")]
    [InlineData("12 (x) S 1 4242 4242 0 -1 4194560 10250 0 1 0 many 567 0 0 20 0 27 0")]
    public void What_is_no_such_line_is_a_fault(string line) => Assert.Throws<FormatException>(() => ProcStat.Parse(line));

    [Theory]
    [InlineData("VmRSS", 1536)]
    [InlineData("voluntary_ctxt_switches", 12)]
    [InlineData("Vm", 0)]
    [InlineData("Absent", 0)]
    public void A_number_is_found_by_its_whole_name(string name, long expected) =>
        Assert.Equal(expected, ProcStatus.Number(["Name:\ttimeshift", "VmRSSx:\t 9 kB", "VmRSS:\t    1536 kB", "voluntary_ctxt_switches:\t12"], name));

    [Fact]
    public void Unread_bytes_are_those_of_the_port_s_connections_and_not_of_its_listener()
    {
        string[] lines =
        [
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:4B96 00000000:0000 0A 00000000:00000009 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0",
            "   1: 0100007F:4B96 0100007F:A000 01 00000000:00000100 00:00000000 00000000     0        0 2 1 0 20 4 30 10 -1",
            "   2: 0100007F:4B96 0100007F:A001 01 00000000:00000002 00:00000000 00000000     0        0 3 1 0 20 4 30 10 -1",
            "   3: 0100007F:A001 0100007F:4B96 01 00000500:00000700 00:00000000 00000000     0        0 4 1 0 20 4 30 10 -1",
        ];
        Assert.Equal(0x102, ProcTcp.UnreadBytes(lines, 0x4B96));
    }

    [Fact]
    public void This_process_has_threads_and_memory()
    {
        var sample = ProcessSample.Take(Environment.ProcessId)!;
        Assert.True(sample is { ResidentBytes: > 10_000_000, Threads: > 1, Switches: > 0 });
        Assert.True(sample.UserTicks + sample.SystemTicks > 0);
    }

    [Fact]
    public void A_process_that_is_not_there_has_no_sample() => Assert.Null(ProcessSample.Take(int.MaxValue));

    [Fact]
    public async Task A_child_belongs_to_the_family()
    {
        await using var child = Server.Tests.Tool.Start("sleep", "60");
        Assert.Contains(child.Id, ProcessSample.Family([Environment.ProcessId], children: true));
        Assert.Equal([Environment.ProcessId], ProcessSample.Family([Environment.ProcessId], children: false));
    }

    [Fact]
    public void A_line_about_garbage_is_read_as_it_was_written_and_half_a_line_is_none()
    {
        var line = new GarbageLog(12.5, 123_456_789, 3, 2, 1, 55_000_000);
        Assert.Equal(line, GarbageLog.Parse(line.ToString()));
        Assert.Null(GarbageLog.Parse("12.5 1234"));
    }
}
