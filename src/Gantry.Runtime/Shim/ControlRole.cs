using Gantry.Oci.Runtime;
using Gantry.Runtime.Shim.Connections;
using Gantry.Runtime.Shim.Reports;
using Gantry.Shim;

namespace Gantry.Runtime.Shim;

/// <summary>The daemon's connection. When it is lost, the container goes on and waits for the next one.</summary>
internal sealed class ControlRole(ContainerShim shim) : Role
{
    public static ShimMessage State(ContainerShim shim, long sequence) => new()
    {
        Type = ShimMessageType.State,
        Sequence = sequence,
        Status = shim.Status,
        Pid = shim.Pid,
        Exit = shim.Exit,
        Execs = shim.Execs.Running,
        EndedExecs = shim.Execs.Ended,
        Protocol = ShimProtocol.Version,
        Abilities = ShimProtocol.All,
    };

    public override void Message(Client client, ShimMessage message)
    {
        try
        {
            if (message.Type == ShimMessageType.Start)
            {
                shim.Start();
                return;
            }
            client.Send(Answer(message));
        }
        catch (Exception e) when (ShimFailure.IsExpected(e))
        {
            client.Send(ShimFailure.Message(e, message.Sequence));
        }
    }

    private ShimMessage Answer(ShimMessage message)
    {
        switch (message.Type)
        {
            case ShimMessageType.State: return State(shim, message.Sequence);
            case ShimMessageType.Signal: Signal(message); break;
            case ShimMessageType.Resize: Resize(message); break;
            case ShimMessageType.Pause: shim.Pause(); break;
            case ShimMessageType.Resume: shim.Resume(); break;
            case ShimMessageType.Update: shim.Workload.Update(message.Resources ?? new OciResources()); break;
            default: throw GantryException.Invalid($"the shim does not know the message {message.Type}");
        }
        return new ShimMessage { Type = ShimMessageType.Done, Sequence = message.Sequence };
    }

    private void Signal(ShimMessage message)
    {
        if (message.ExecId is { } exec) shim.Execs.Find(exec).Signal(message.Signal);
        else shim.Workload.Signal(message.Signal, message.All);
    }

    private void Resize(ShimMessage message)
    {
        if (message.ExecId is { } exec) shim.Execs.Find(exec).Resize(message.Rows, message.Columns);
        else shim.Io.Resize(message.Rows, message.Columns);
    }
}
