using Gantry.Build.Sessions;
using Gantry.Build.Space;
using Gantry.BuildKit.History;
using Gantry.BuildKit.Protocol.ControlApi;
using Gantry.BuildKit.Protocol.GatewayApi;
using Gantry.BuildKit.Protocol.HealthApi;
using Gantry.BuildKit.Sessions;
using Gantry.BuildKit.Solving;
using Grpc.Core;

namespace Gantry.BuildKit.Services;

/// <summary>What a client can call when the daemon is the server.</summary>
public sealed class KitServices(IKitBuilder builder, CacheSpace space, SessionList<ClientSession> sessions, SessionServer clients,
    BuildRecorder recorder, TimeProvider time)
{
    /// <summary>Under this name, calls have a token in their state that is cancelled when their connection ends.</summary>
    public const string Connection = "connection";

    public void Bind(ServiceBinderBase binder)
    {
        Workers workers = new(builder);
        KitBuilds builds = new(time);
        BuildHistory history = recorder.History;
        SolvedInputs inputs = new(builder, builds);
        SolveCall solve = new(builder, builds, sessions, history, inputs, time);
        Control.BindService(binder, new ControlService(workers, new CacheCalls(space, time), solve, new StatusCall(builds, history),
            new HistoryCalls(history), clients));
        LLBBridge.BindService(binder, new BridgeService(builder, builds, workers, inputs));
        Health.BindService(binder, new HealthService());
    }
}
