namespace Gantry.Api.Containers;

public sealed class ContainerWaitResponse
{
    public ContainerWaitError? Error { get; set; }
    public long StatusCode { get; set; }
}

/// <summary>Why the wait itself, or the removal that it waited for, failed.</summary>
public sealed class ContainerWaitError
{
    public string Message { get; set => field = value ?? ""; } = "";
}
