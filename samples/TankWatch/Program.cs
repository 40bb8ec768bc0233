using TankWatch;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);

builder.ListenOnLoopback();               // http://127.0.0.1:5080, where the command line looks
builder.AddGanglion(ganglion => ganglion
    .UseEmbeddedBroker("../data")         // the folder that keeps the events, beside the program
    .AddAgent<TankWatcher>());

WebApplication app = builder.Build();
app.MapGanglion();                        // the HTTP API
app.Run();
