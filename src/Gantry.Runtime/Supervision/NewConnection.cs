using Gantry.Runtime.Launching;
using Gantry.Runtime.Supervision.Connections;
using Gantry.Runtime.Supervision.Reports;
using Gantry.Runtime.Supervision.Streams;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision;

/// <summary>A connection before its first message, which decides what it is for.</summary>
internal sealed class NewConnection(ContainerSupervisor supervisor, ClientSet clients) : Role
{
    public override void Message(Client client, ShimMessage message)
    {
        switch (message.Type)
        {
            case ShimMessageType.Control:
                clients.TakeControl(client);
                client.Send(ControlRole.State(supervisor, message.Sequence));
                break;
            case ShimMessageType.Attach:
                Attach(client, message);
                break;
            case ShimMessageType.Exec:
                Exec(client, message);
                break;
            default:
                client.Close();
                break;
        }
    }

    private void Attach(Client client, ShimMessage message)
    {
        LogEnd? end = message.Logs ? supervisor.Io.LogEnd : null;
        client.Send(new ShimMessage { Type = ShimMessageType.Done, Sequence = message.Sequence, LogEnd = end });
        Attachment attachment = new(client, supervisor.Io, message);
        if (message.Logs) attachment.SendUnlogged();
    }

    private void Exec(Client client, ShimMessage message)
    {
        try
        {
            if (supervisor.Status == "paused") throw new LaunchException(FailureStep.Paused, 0, "the container is paused");
            if (supervisor.Status != "running") throw GantryException.Conflict($"the container is {supervisor.Status}");
            supervisor.Execs.Start(supervisor.Container, client, message);
        }
        catch (Exception e) when (LaunchException.IsExpected(e))
        {
            client.Send(FailureReport.Message(e, message.Sequence));
            client.CloseWhenSent();
        }
    }
}
