using Gantry.Daemon.Lifecycle;

return await DaemonProcess.RunAsync(args);
