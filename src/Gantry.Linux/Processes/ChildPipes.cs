namespace Gantry.Linux.Processes;

/// <summary>What a cloned child and its parent have between them: its report, and, where it waits for that, the parent's word.</summary>
internal sealed class ChildPipes : IDisposable
{
    public ChildPipes(bool word)
    {
        (Report, ReportWrite) = Files.Descriptor.Pipe();
        // Its reading end stays with us too, so that a word to a child that is gone is no error of its own.
        if (word) Word = Files.Descriptor.Pipe();
    }

    public SafeFileDescriptor Report { get; }
    /// <summary>The child's; closed here once it has it.</summary>
    public SafeFileDescriptor ReportWrite { get; }
    public (SafeFileDescriptor Read, SafeFileDescriptor Write)? Word { get; }

    public void Dispose()
    {
        Report.Dispose();
        ReportWrite.Dispose();
        Word?.Read.Dispose();
        Word?.Write.Dispose();
    }
}
