using BenchmarkDotNet.Running;

// A benchmark that throws or does not build must be seen by a script: BenchmarkDotNet only prints it.
var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args).ToList();
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
