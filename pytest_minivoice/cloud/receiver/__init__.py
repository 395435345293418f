"""The contract of a receiver of webhooks: schedules of deliveries, and what they must not do to the application."""
