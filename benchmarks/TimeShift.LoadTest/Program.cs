using TimeShift.LoadTest;

return await LoadCommand.Create().Parse(args).InvokeAsync();
