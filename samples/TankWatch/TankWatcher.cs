using Ganglion.Agents;

namespace TankWatch;

/// <summary>Raises an alarm when a tank is above 80 °C three times in a row.</summary>
[Agent("tank-watcher")]
public sealed class TankWatcher : Agent
{
    [On("temperature.measured", Key = "tank")]
    public void Watch(TemperatureMeasured measured, AgentContext context)
    {
        if (measured.Celsius < -273.15)
        {
            throw new UnprocessableEventException($"Nothing is as cold as {measured.Celsius} °C.");
        }

        int times = measured.Celsius > 80 ? context.GetState<int>() + 1 : 0;
        context.SetState(times);
        if (times == 3)
        {
            context.Publish("tank.too_hot", new TankTooHot(measured.Tank, measured.Celsius, times));
        }
    }
}
