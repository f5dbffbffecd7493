namespace Gantry.Linux.Processes;

/// <summary>What a child says that cannot go on: the step that failed, and its error number; or the number of the child it made.</summary>
internal static unsafe class ChildReport
{
    /// <returns>Null at the end of the pipe, which is close-on-exec: the program was executed.</returns>
    public static (int Step, int Value)? Read(SafeFileDescriptor report)
    {
        int* message = stackalloc int[2];
        return Files.Descriptor.Read(report.Number, new Span<byte>(message, 8)) == 8 ? (message[0], message[1]) : null;
    }

    public static KernelException Error((int Step, int Value) report, ChildRequest request) => (ChildStep)report.Step switch
    {
        ChildStep.Affinity => new("sched_setaffinity", report.Value),
        ChildStep.EnterCgroup => new("enter cgroup", report.Value),
        ChildStep.TimeOffsets =>
            new("set time offsets", report.Value, value: request.TimeOffsets.TrimEnd().Replace("\n", ", ", StringComparison.Ordinal)),
        ChildStep.JoinNamespace => new("join namespace", report.Value),
        ChildStep.MakeNamespace => new("make namespace", report.Value, value: request.New.ToString()),
        ChildStep.SecondChild => new("clone3", -report.Value, request.Path, request.New.ToString()),
        ChildStep.BecomeRoot => new("become root of the user namespace", report.Value),
        ChildStep.Filter => new("load seccomp filter", report.Value),
        ChildStep.Execute => new("execute", report.Value, request.Path),
        _ => new($"prepare child ({(ChildStep)report.Step})", report.Value),
    };
}
