using System.CommandLine;
using TimeShift.Server.Cli;

var root = new RootCommand("TimeShift: live video that can be rewound.")
{
    ServeCommand.Create(),
    DoctorCommand.Create(),
    ReindexCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
