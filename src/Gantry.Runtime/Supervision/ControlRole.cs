using Gantry.Oci.Runtime;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Supervision.Connections;
using Gantry.Runtime.Supervision.Reports;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision;

/// <summary>The daemon's connection. When it is lost, the container goes on and waits for the next one.</summary>
internal sealed class ControlRole(ContainerSupervisor supervisor) : Role
{
    public static ShimMessage State(ContainerSupervisor supervisor, long sequence) => new()
    {
        Type = ShimMessageType.State,
        Sequence = sequence,
        Status = supervisor.Status,
        Pid = supervisor.Pid,
        Exit = supervisor.Exit,
        Execs = supervisor.Execs.Running,
        EndedExecs = supervisor.Execs.Ended,
        Protocol = ShimProtocol.Version,
        Abilities = ShimProtocol.All,
    };

    public override void Message(Client client, ShimMessage message)
    {
        try
        {
            if (message.Type == ShimMessageType.Start)
            {
                supervisor.Start();
                return;
            }
            client.Send(Answer(message));
        }
        catch (Exception e) when (LaunchException.IsExpected(e))
        {
            client.Send(FailureReport.Message(e, message.Sequence));
        }
    }

    private ShimMessage Answer(ShimMessage message)
    {
        switch (message.Type)
        {
            case ShimMessageType.State: return State(supervisor, message.Sequence);
            case ShimMessageType.Signal: Signal(message); break;
            case ShimMessageType.Resize: Resize(message); break;
            case ShimMessageType.Pause: supervisor.Pause(); break;
            case ShimMessageType.Resume: supervisor.Resume(); break;
            case ShimMessageType.Update: supervisor.Container.Update(message.Resources ?? new OciResources()); break;
            default: throw GantryException.Invalid($"the shim does not know the message {message.Type}");
        }
        return new ShimMessage { Type = ShimMessageType.Done, Sequence = message.Sequence };
    }

    private void Signal(ShimMessage message)
    {
        if (message.ExecId is { } exec) supervisor.Execs.Find(exec).Signal(message.Signal);
        else supervisor.Container.Signal(message.Signal, message.All);
    }

    private void Resize(ShimMessage message)
    {
        if (message.ExecId is { } exec) supervisor.Execs.Find(exec).Resize(message.Rows, message.Columns);
        else supervisor.Io.Resize(message.Rows, message.Columns);
    }
}
