namespace Gantry.Linux.Processes;

/// <summary>A child between its birth and its program: its namespaces exist, and what is needed in them can be prepared.</summary>
/// <remarks>Disposing ends it, unless it has executed its program.</remarks>
public sealed class NewbornChild : IDisposable
{
    private const int Slice = 1000;

    private readonly ChildRequest _request;
    private readonly ChildPipes _pipes;
    private readonly ChildProcess _process;
    private bool _executed;

    /// <param name="pipes">Owned.</param>
    internal NewbornChild(ChildRequest request, ChildProcess first, ChildPipes pipes, bool twoSteps)
    {
        (_request, _pipes) = (request, pipes);
        pipes.ReportWrite.Dispose();
        try
        {
            _process = twoSteps ? Second(first) : first;
        }
        catch
        {
            first.End();
            throw;
        }
    }

    public int Pid => _process.Pid;

    /// <summary>Lets it go on, where it waits for a word, and returns when it has executed its program.</summary>
    /// <exception cref="KernelException">Its step says what failed.</exception>
    public ChildProcess Execute()
    {
        if (_pipes.Word is { } word) Files.Descriptor.WriteAll(word.Write.Number, [1]);
        Await(_pipes.Report);
        if (ChildReport.Read(_pipes.Report) is { } failed) throw ChildReport.Error(failed, _request);
        _executed = true;
        return _process;
    }

    private ChildProcess Second(ChildProcess first)
    {
        Await(_pipes.Report);
        (int Step, int Value)? message = ChildReport.Read(_pipes.Report);
        if (message is not { Step: (int)ChildStep.SecondChild } told || told.Value <= 0)
            throw message is { } failed ? ChildReport.Error(failed, _request) : new KernelException("clone3", Errno.EIO, _request.Path);
        Await(first.PidFd);
        ChildProcess.Wait(first.PidFd);
        first.Dispose();
        return new ChildProcess(told.Value, PidFd.Open(told.Value) ?? throw new KernelException("pidfd_open", Errno.ESRCH, _request.Path));
    }

    // What stands in a frozen cgroup says nothing and does not end.
    private void Await(SafeFileDescriptor word)
    {
        long start = _request.Time.GetTimestamp();
        while (_request.Silent is { } silent && !Files.Descriptor.WaitReadable(word.Number, Slice))
            silent(_request.Time.GetElapsedTime(start));
    }

    public void Dispose()
    {
        _pipes.Dispose();
        if (!_executed) _process.End();
    }
}
