using System.Text.Json;
using Gantry.Api.Client;
using Gantry.Api.Containers;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Engine;
using Gantry.Engine.Containers;
using Gantry.Shim;

namespace Gantry.Daemon.Containers;

/// <summary>Answers with the exit code, when there is one.</summary>
internal sealed class ContainerWait(ContainerEngine containers)
{
    public async Task Handle(RequestContext context)
    {
        Task<ExitStatus> exit = containers.Wait.RunAsync(context["id"], context.Query.Text("condition"));
        // The head goes out at once: `docker run` waits for it before it starts the container, so that no exit is missed.
        Stream answer = await context.StartStreamAsync("application/json");
        ContainerWaitResponse response = new();
        try
        {
            response.StatusCode = (await exit.WaitAsync(context.Aborted)).Code;
        }
        catch (GantryException e)
        {
            response.Error = new ContainerWaitError { Message = e.Message };
            response.StatusCode = -1;
        }
        await JsonSerializer.SerializeAsync(answer, response, ApiJson.Wire.ContainerWaitResponse, CancellationToken.None);
    }
}
