using Gantry.Runtime.Launching;
using Gantry.Runtime.Shim.Connections;
using Gantry.Runtime.Shim.Reports;
using Gantry.Runtime.Shim.Streams;
using Gantry.Shim;

namespace Gantry.Runtime.Shim;

/// <summary>A connection before its first message, which decides what it is for.</summary>
internal sealed class NewConnection(ContainerShim shim, ClientSet clients) : Role
{
    public override void Message(Client client, ShimMessage message)
    {
        switch (message.Type)
        {
            case ShimMessageType.Control:
                clients.TakeControl(client);
                client.Send(ControlRole.State(shim, message.Sequence));
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
        client.Send(
            new ShimMessage { Type = ShimMessageType.Done, Sequence = message.Sequence, LogEnd = message.Logs ? shim.Io.LogEnd : null });
        Attachment attachment = new(client, shim.Io, message);
        if (message.Logs) attachment.SendUnlogged();
    }

    private void Exec(Client client, ShimMessage message)
    {
        try
        {
            if (shim.Status == "paused") throw new LaunchException(FailureStep.Paused, 0, "the container is paused");
            if (shim.Status != "running") throw GantryException.Conflict($"the container is {shim.Status}");
            shim.Execs.Start(shim.Workload, client, message);
        }
        catch (Exception e) when (ShimFailure.IsExpected(e))
        {
            client.Send(ShimFailure.Message(e, message.Sequence));
            client.CloseWhenSent();
        }
    }
}
