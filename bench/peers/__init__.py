"""Services that Valhalla is compared with: their installation, start, content and requests.

`peer` defines the interface. `django_rest` serves `django_service`, an ordinary Django REST framework project.
`directus` is a headless CMS with its default configuration. Exact versions are in `requirements.lock` (from
`requirements.in`) and `package.json`.
"""
