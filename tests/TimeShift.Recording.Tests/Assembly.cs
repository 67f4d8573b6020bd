// All tests share one packet pool, and some ask whether everything went back to it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
