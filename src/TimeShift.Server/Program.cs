using System.CommandLine;
using TimeShift.Server.Cli;

var root = new RootCommand("TimeShift: live video that can be rewound.")
{
    ServeCommand.Create(),
    DoctorCommand.Create(),
    ReindexCommand.Create(),
};
// Closing reels may take longer than the two seconds after which the parser would end the process; and an error is one sentence, not a stack trace.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
try
{
    return await root.Parse(args).InvokeAsync(invocation);
}
catch (Exception e) when (e is not OutOfMemoryException)
{
    return CommandErrors.Report(e.Message);
}
